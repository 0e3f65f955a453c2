// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: the loops over pixels. Addresses are bytes of one
// memory; pictures lie row by row from the top, without padding. Up to 15 bytes behind a picture are read.

/** ITU-R 601 luma of RGBA over a grey ground, in 16-bit fixed point: PIL's `convert('L')` of the composited picture. */
export function luma(rgba: usize, count: i32, ground: u32, out: usize): void {
  for (let i = 0; i < count; i++) {
    const pixel = load<u32>(rgba + (i << 2))
    const alpha = pixel >> 24
    if (alpha === 0) {
      store<u8>(out + i, <u8>ground)
      continue
    }
    let red = pixel & 0xff
    let green = (pixel >> 8) & 0xff
    let blue = (pixel >> 16) & 0xff
    if (alpha !== 255) {
      const behind = ground * (255 - alpha) + 127
      red = (red * alpha + behind) / 255
      green = (green * alpha + behind) / 255
      blue = (blue * alpha + behind) / 255
    }
    store<u8>(out + i, <u8>((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16))
  }
}

/** The sum of bytes and the sum of their squares, two f64 at `out`. */
export function moments(bytes: usize, count: i32, out: usize): void {
  let sum: u64 = 0
  let squares: u64 = 0
  let at = 0
  while (at + 16 <= count) {
    let sums = i32x4.splat(0)
    let square = i32x4.splat(0)
    // so many that no lane overflows
    const end = min(count - 15, at + 16 * 4096)
    for (; at < end; at += 16) {
      const v = v128.load(bytes + at)
      const low = i16x8.extend_low_i8x16_u(v)
      const high = i16x8.extend_high_i8x16_u(v)
      sums = i32x4.add(sums, addPairs(v))
      square = i32x4.add(square, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)))
    }
    sum += addLanes(sums)
    squares += addLanes(square)
  }
  for (; at < count; at++) {
    const value = <u64>load<u8>(bytes + at)
    sum += value
    squares += value * value
  }
  store<f64>(out, <f64>sum)
  store<f64>(out + 8, <f64>squares)
}

/**
 * One pass of a resampling: every row of `width` bytes becomes one of `to`, and the result is transposed, so that a second
 * pass finishes it. `taps` holds the first source pixel of each target, i32, then for each target `stride` weights (a
 * multiple of 16) of 22-bit fixed point, in groups of 16: their high bits as 16 i16, then their low 12 bits as 16 i16.
 */
export function resample(bytes: usize, width: i32, height: i32, to: i32, taps: usize, stride: i32, out: usize): void {
  const weights = taps + (to << 2)
  for (let y = 0; y < height; y++) {
    const row = bytes + y * width
    let weight = weights
    for (let x = 0; x < to; x++) {
      const start = row + load<i32>(taps + (x << 2))
      let high = i32x4.splat(0)
      let low = i32x4.splat(0)
      for (let i = 0; i < stride; i += 16, weight += 64) {
        const v = v128.load(start + i)
        const first = i16x8.extend_low_i8x16_u(v)
        const second = i16x8.extend_high_i8x16_u(v)
        high = i32x4.add(high, i32x4.dot_i16x8_s(first, v128.load(weight)))
        high = i32x4.add(high, i32x4.dot_i16x8_s(second, v128.load(weight, 16)))
        low = i32x4.add(low, i32x4.dot_i16x8_s(first, v128.load(weight, 32)))
        low = i32x4.add(low, i32x4.dot_i16x8_s(second, v128.load(weight, 48)))
      }
      // The parts may overflow; their sum, modulo 2^32, does not.
      const sum = <i32>((addLanes(high) << 12) + addLanes(low) + (1 << 21))
      store<u8>(out + x * height + y, <u8>min(255, max(0, sum >> 22)))
    }
  }
}

/** Sums over a grid of `side` x `side` equal cells, in units of 1 / side² pixel and so exact: f64, added to `out`. */
export function cellSums(bytes: usize, width: i32, height: i32, side: i32, out: usize): void {
  for (let y = 0; y < height; y++) {
    const row = bytes + y * width
    for (let column = 0; column < side; column++) {
      const from = column * width
      const end = from + width
      let x = from / side
      let sum: u32 = 0
      if (x * side < from) {
        sum = (min((x + 1) * side, end) - from) * <u32>load<u8>(row + x)
        x++
      }
      const whole = end / side
      if (x < whole) {
        let lanes = i32x4.splat(0)
        for (; x + 16 <= whole; x += 16) lanes = i32x4.add(lanes, addPairs(v128.load(row + x)))
        let inner = addLanes(lanes)
        for (; x < whole; x++) inner += load<u8>(row + x)
        sum += inner * side
      }
      if (x * side < end) sum += (end - x * side) * <u32>load<u8>(row + x)
      for (let r = (y * side) / height; r < side && r * height < (y + 1) * side; r++) {
        const share = min((y + 1) * side, (r + 1) * height) - max(y * side, r * height)
        const cell = out + ((r * side + column) << 3)
        store<f64>(cell, load<f64>(cell) + <f64>sum * <f64>share)
      }
    }
  }
}

/** How much each row and each column differs from an even ground: u32 at `rows` and `columns`, which must be zero. What
 *  differs by `noise` or less does not count. */
export function ink(bytes: usize, width: i32, height: i32, ground: i32, noise: i32, rows: usize, columns: usize): void {
  for (let y = 0; y < height; y++) {
    let sum = 0
    for (let x = 0; x < width; x++) {
      const difference = abs(<i32>load<u8>(bytes++) - ground)
      if (difference <= noise) continue
      sum += difference
      const column = columns + (x << 2)
      store<u32>(column, load<u32>(column) + difference)
    }
    store<u32>(rows + (y << 2), sum)
  }
}

/** RGBA made smaller by area means, colours weighted by their alpha. `rows` is room for 4 x `to` u32, `sums` for 4 x `to`
 *  f64; needs width * 65025 < 2^32. */
export function shrink(
  rgba: usize,
  width: i32,
  height: i32,
  to: i32,
  toHeight: i32,
  rows: usize,
  sums: usize,
  out: usize,
): void {
  memory.fill(sums, 0, to << 5)
  let target = 0
  for (let y = 0; y < height; y++) {
    shrinkRow(rgba + ((y * width) << 2), width, to, rows)
    const top = y * toHeight
    const bottom = top + toHeight
    const border = (target + 1) * height
    addRow(rows, to, <f64>(min(bottom, border) - top), sums)
    if (bottom < border) continue
    finishRow(sums, to, <f64>width * <f64>height, out + ((target * to) << 2))
    target++
    if (bottom > border) addRow(rows, to, <f64>(bottom - border), sums)
  }
}

/** One row: alpha-weighted colours and alpha of each target, in units of 1 / `to` pixel. */
function shrinkRow(row: usize, width: i32, to: i32, out: usize): void {
  let x = 0
  let carried = i32x4.splat(0)
  for (let target = 0; target < to; target++) {
    const end = (target + 1) * width
    let sum = i32x4.splat(0)
    for (; (x + 1) * to <= end; x++) sum = i32x4.add(sum, weighted(row + (x << 2)))
    sum = i32x4.add(i32x4.mul(sum, i32x4.splat(to)), carried)
    const over = end - x * to
    carried = i32x4.splat(0)
    if (over > 0) {
      const cut = weighted(row + (x << 2))
      sum = i32x4.add(sum, i32x4.mul(cut, i32x4.splat(over)))
      carried = i32x4.mul(cut, i32x4.splat(to - over))
      x++
    }
    v128.store(out + (target << 4), sum)
  }
}

function addRow(rows: usize, to: i32, share: f64, sums: usize): void {
  for (let i = 0; i < to << 2; i++) {
    const at = sums + (i << 3)
    store<f64>(at, load<f64>(at) + <f64>load<u32>(rows + (i << 2)) * share)
  }
}

function finishRow(sums: usize, to: i32, area: f64, out: usize): void {
  for (let x = 0; x < to; x++) {
    const sum = sums + (x << 5)
    const alpha = load<f64>(sum, 24)
    const pixel = out + (x << 2)
    for (let channel = 0; channel < 3; channel++) {
      const value = alpha === 0 ? 0 : load<f64>(sum + (channel << 3)) / alpha
      store<u8>(pixel + channel, <u8>(value + 0.5))
    }
    store<u8>(pixel, <u8>(alpha / area + 0.5), 3)
  }
  memory.fill(sums, 0, to << 5)
}

function weighted(pixel: usize): v128 {
  const value = load<u32>(pixel)
  const alpha = value >> 24
  const channels = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(value | 0xff000000)))
  const product = i32x4.mul(channels, i32x4.splat(alpha))
  return i32x4.replace_lane(product, 3, alpha)
}

function addPairs(bytes: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes))
}

function addLanes(v: v128): u32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
}
