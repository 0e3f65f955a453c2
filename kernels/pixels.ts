// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: the loops over pixels. Addresses are bytes of one
// memory; pictures lie row by row from the top, without padding. Up to 15 bytes behind a picture are read.

/** ITU-R 601 luma of RGBA over a grey ground, in 16-bit fixed point: PIL's `convert('L')` of the composited picture. Up to
 *  15 bytes behind the last are written. */
export function luma(rgba: usize, count: i32, ground: i32, out: usize): void {
  const alpha = i32x4.splat(0xff000000)
  const empty = i8x16.splat(<i8>ground)
  const behind = i16x8.splat(<i16>ground)
  for (let i = 0; i < count; i += 16, rgba += 64) {
    let a = v128.load(rgba)
    let b = v128.load(rgba, 16)
    let c = v128.load(rgba, 32)
    let d = v128.load(rgba, 48)
    if (!v128.any_true(v128.and(v128.or(v128.or(a, b), v128.or(c, d)), alpha))) {
      v128.store(out + i, empty)
      continue
    }
    if (!i32x4.all_true(i32x4.ge_u(v128.and(v128.and(a, b), v128.and(c, d)), alpha))) {
      a = over(a, behind)
      b = over(b, behind)
      c = over(c, behind)
      d = over(d, behind)
    }
    const first = i16x8.narrow_i32x4_s(lumaOf(a), lumaOf(b))
    v128.store(out + i, i8x16.narrow_i16x8_u(first, i16x8.narrow_i32x4_s(lumaOf(c), lumaOf(d))))
  }
}

/** Four pixels composited over a ground, as i16. */
function over(pixels: v128, ground: v128): v128 {
  return i8x16.narrow_i16x8_u(
    overPair(i16x8.extend_low_i8x16_u(pixels), ground),
    overPair(i16x8.extend_high_i8x16_u(pixels), ground),
  )
}

function overPair(pixels: v128, ground: v128): v128 {
  const alpha = v128.shuffle<i16>(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7)
  const behind = i16x8.mul(ground, i16x8.sub(i16x8.splat(255), alpha))
  const sum = i16x8.add(i16x8.add(i16x8.mul(pixels, alpha), behind), i16x8.splat(127))
  // sum / 255, for all below 65535
  return i16x8.shr_u(i16x8.add(i16x8.add(sum, i16x8.splat(1)), i16x8.shr_u(sum, 8)), 8)
}

/** The luma of four opaque pixels, as i32. */
function lumaOf(pixels: v128): v128 {
  // Green's weight does not fit: half of it twice.
  const weights = i16x8(19595, 19235, 7471, 19235, 19595, 19235, 7471, 19235)
  const low = i8x16.swizzle(pixels, i8x16(0, -1, 1, -1, 2, -1, 1, -1, 4, -1, 5, -1, 6, -1, 5, -1))
  const high = i8x16.swizzle(pixels, i8x16(8, -1, 9, -1, 10, -1, 9, -1, 12, -1, 13, -1, 14, -1, 13, -1))
  const first = i32x4.dot_i16x8_s(low, weights)
  const second = i32x4.dot_i16x8_s(high, weights)
  const sum = i32x4.add(v128.shuffle<i32>(first, second, 0, 2, 4, 6), v128.shuffle<i32>(first, second, 1, 3, 5, 7))
  return i32x4.shr_u(i32x4.add(sum, i32x4.splat(0x8000)), 16)
}

/** The bounding box of all pixels that are not fully transparent, as i32 at `out`: left, top, right, bottom, the last two
 *  behind it; right is 0 when there is none. */
export function content(rgba: usize, width: i32, height: i32, out: usize): void {
  let left = width
  let top = 0
  let right = 0
  let bottom = height
  while (top < bottom && firstOpaque(rgba + ((top * width) << 2), width) === width) top++
  while (bottom > top && firstOpaque(rgba + (((bottom - 1) * width) << 2), width) === width) bottom--
  for (let y = top; y < bottom; y++) {
    const row = rgba + ((y * width) << 2)
    left = firstOpaque(row, left)
    let x = width
    while (x > right && load<u8>(row + (x << 2) - 1) === 0) x--
    right = x
  }
  store<i32>(out, left)
  store<i32>(out, top, 4)
  store<i32>(out, right, 8)
  store<i32>(out, bottom, 12)
}

/** The first of `count` pixels that is not fully transparent; `count` when all are. */
function firstOpaque(row: usize, count: i32): i32 {
  let x = 0
  const alpha = i32x4.splat(0xff000000)
  while (x + 4 <= count && !v128.any_true(v128.and(v128.load(row + (x << 2)), alpha))) x += 4
  while (x < count && load<u8>(row + (x << 2), 3) === 0) x++
  return x
}

/** Copies `rows` x `columns` pixels of a picture `width` wide; those that are not to be seen become 0. Up to 12 bytes behind
 *  the last are written. */
export function visible(rgba: usize, width: i32, columns: i32, rows: i32, out: usize): void {
  const alpha = i32x4.splat(0xff000000)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x += 4) {
      const pixels = v128.load(rgba + (x << 2))
      const seen = i32x4.ne(v128.and(pixels, alpha), i32x4.splat(0))
      v128.store(out + (x << 2), v128.and(pixels, seen))
    }
    rgba += width << 2
    out += columns << 2
  }
}

/** The sum of the bytes of a box, `columns` x `rows` of a picture `width` wide, and the sum of their squares: two f64 at
 *  `out`. `columns` is below 65536. */
export function moments(bytes: usize, width: i32, columns: i32, rows: i32, out: usize): void {
  let sum: u64 = 0
  let squares: u64 = 0
  for (let y = 0; y < rows; y++, bytes += width) {
    let sums = i32x4.splat(0)
    let square = i32x4.splat(0)
    let at = 0
    for (; at + 16 <= columns; at += 16) {
      const v = v128.load(bytes + at)
      const low = i16x8.extend_low_i8x16_u(v)
      const high = i16x8.extend_high_i8x16_u(v)
      sums = i32x4.add(sums, addPairs(v))
      square = i32x4.add(square, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)))
    }
    sum += addLanes(sums)
    squares += addLanes(square)
    for (; at < columns; at++) {
      const value = <u64>load<u8>(bytes + at)
      sum += value
      squares += value * value
    }
  }
  store<f64>(out, <f64>sum)
  store<f64>(out + 8, <f64>squares)
}

/** Fixed-point digits of PIL's 8-bit resampling: two bits of head-room for the negative lobes. */
const PRECISION: i32 = 22
const LOW_BITS: i32 = 12
const LOBES: f64 = 3

/** What `resample` needs to make `to` pixels of `size`: a Lanczos window of 3 lobes, stretched when shrinking, that sums to
 *  1, as PIL's `resize(size, LANCZOS)` has it. `taps` and room for `stride` f64, `shares`, must be there. */
export function lanczosTaps(size: i32, to: i32, taps: usize, stride: i32, shares: usize): void {
  const scale = <f64>size / <f64>to
  const stretch = max(1, scale)
  const support = LOBES * stretch
  let weights = taps + (to << 2)
  memory.fill(weights, 0, (to * stride) << 2)
  for (let target = 0; target < to; target++, weights += stride << 2) {
    const center = (<f64>target + 0.5) * scale
    const from = max(0, <i32>(center - support + 0.5))
    const count = min(size, <i32>(center + support + 0.5)) - from
    let total: f64 = 0
    for (let i = 0; i < count; i++) {
      const share = lanczos((<f64>(from + i) - center + 0.5) / stretch)
      store<f64>(shares + (i << 3), share)
      total += share
    }
    store<i32>(taps + (target << 2), from)
    for (let i = 0; i < count; i++) {
      const share = (load<f64>(shares + (i << 3)) / total) * <f64>(1 << PRECISION)
      const weight = <i32>(share + (share < 0 ? -0.5 : 0.5))
      const at = weights + ((i & ~15) << 2) + ((i & 15) << 1)
      store<i16>(at, weight >> LOW_BITS)
      store<i16>(at, weight & ((1 << LOW_BITS) - 1), 32)
    }
  }
}

/** sinc(x) · sinc(x / 3), with one sine: sin 3a = 3 sin a - 4 sin³ a. */
function lanczos(x: f64): f64 {
  const third = abs(x) * (PI / LOBES)
  if (third >= PI) return 0
  if (third === 0) return 1
  const sine = sineOf(min(third, PI - third))
  return ((3 - 4 * sine * sine) * sine * sine) / (LOBES * third * third)
}

const PI: f64 = Math.PI

/** Taylor's series, exact to 1e-15 from 0 to half of PI. */
function sineOf(x: f64): f64 {
  const square = x * x
  let sum = 1 - square * (1.0 / (18 * 19))
  sum = 1 - sum * square * (1.0 / (16 * 17))
  sum = 1 - sum * square * (1.0 / (14 * 15))
  sum = 1 - sum * square * (1.0 / (12 * 13))
  sum = 1 - sum * square * (1.0 / (10 * 11))
  sum = 1 - sum * square * (1.0 / (8 * 9))
  sum = 1 - sum * square * (1.0 / (6 * 7))
  sum = 1 - sum * square * (1.0 / (4 * 5))
  sum = 1 - sum * square * (1.0 / (2 * 3))
  return x * sum
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

/** Sums over a grid of `side` x `side` equal cells, in units of 1 / side² pixel and so exact: f64 at `out`. `sums` is room for
 *  a u32 for each column and 60 bytes more; needs height * 255 < 2^31. */
export function cellSums(bytes: usize, width: i32, height: i32, side: i32, sums: usize, out: usize): void {
  memory.fill(sums, 0, (width + 15) << 2)
  for (let y = 0; y < height; y++, bytes += width) {
    // A row lies in one band of cells, in two, or in many where it is higher than they are.
    for (let band = (y * side) / height; band < side && band * height < (y + 1) * side; band++) {
      const end = (band + 1) * height
      addBytes(bytes, width, min((y + 1) * side, end) - max(y * side, band * height), sums)
      if (end <= (y + 1) * side) finishBand(sums, width, side, out + ((band * side) << 3))
    }
  }
}

/** Adds each byte so many times. */
function addBytes(row: usize, width: i32, share: i32, sums: usize): void {
  const shares = i16x8.splat(<i16>share)
  for (let x = 0; x < width; x += 16) {
    const v = v128.load(row + x)
    const low = i16x8.extend_low_i8x16_u(v)
    const high = i16x8.extend_high_i8x16_u(v)
    const at = sums + (x << 2)
    v128.store(at, i32x4.add(v128.load(at), i32x4.extmul_low_i16x8_u(low, shares)))
    v128.store(at, i32x4.add(v128.load(at, 16), i32x4.extmul_high_i16x8_u(low, shares)), 16)
    v128.store(at, i32x4.add(v128.load(at, 32), i32x4.extmul_low_i16x8_u(high, shares)), 32)
    v128.store(at, i32x4.add(v128.load(at, 48), i32x4.extmul_high_i16x8_u(high, shares)), 48)
  }
}

/** One row of cells from the sums of its columns. Leaves the sums zero. */
function finishBand(sums: usize, width: i32, side: i32, out: usize): void {
  for (let column = 0; column < side; column++) {
    const from = column * width
    const end = from + width
    let total: u64 = 0
    for (let x = from / side; x * side < end; x++) {
      const share = min((x + 1) * side, end) - max(x * side, from)
      total += <u64>load<u32>(sums + (x << 2)) * share
    }
    store<f64>(out + (column << 3), <f64>total)
  }
  memory.fill(sums, 0, (width + 15) << 2)
}

/** Sums of the blue and of the red difference (Cb, Cr of JPEG), weighted by alpha, over `side` x `side` equal cells of a part
 *  of the picture, of each `samples` x `samples` pixels: two f64 a cell, added to `out`. */
export function chroma(
  rgba: usize,
  width: i32,
  height: i32,
  left: f64,
  top: f64,
  across: f64,
  down: f64,
  side: i32,
  samples: i32,
  out: usize,
): void {
  const count = side * samples
  for (let j = 0; j < count; j++) {
    const y = min(height - 1, <i32>floor(top + ((<f64>j + 0.5) / <f64>count) * down))
    for (let i = 0; i < count; i++) {
      const x = min(width - 1, <i32>floor(left + ((<f64>i + 0.5) / <f64>count) * across))
      const pixel = rgba + ((y * width + x) << 2)
      const seen = <f64>load<u8>(pixel, 3) / 255
      const red = <f64>load<u8>(pixel)
      const green = <f64>load<u8>(pixel, 1)
      const blue = <f64>load<u8>(pixel, 2)
      const cell = out + (((j / samples) * side + i / samples) << 4)
      store<f64>(cell, load<f64>(cell) + seen * (-0.168736 * red - 0.331264 * green + 0.5 * blue))
      store<f64>(cell, load<f64>(cell, 8) + seen * (0.5 * red - 0.418688 * green - 0.081312 * blue), 8)
    }
  }
}

/** How much each row and each column differs from an even ground: u32 at `rows` and `columns`. What differs by `noise` or
 *  less does not count. `sums` is room for a u16 for each column; it and `columns` must be zero. */
export function ink(
  bytes: usize,
  width: i32,
  height: i32,
  ground: i32,
  noise: i32,
  rows: usize,
  columns: usize,
  sums: usize,
): void {
  const even = i8x16.splat(<i8>ground)
  const faint = i8x16.splat(<i8>noise)
  for (let y = 0; y < height; y++) {
    let lanes = i32x4.splat(0)
    let x = 0
    for (; x + 16 <= width; x += 16) {
      const v = v128.load(bytes + x)
      const difference = v128.or(i8x16.sub_sat_u(v, even), i8x16.sub_sat_u(even, v))
      const counted = v128.and(difference, i8x16.gt_u(difference, faint))
      lanes = i32x4.add(lanes, addPairs(counted))
      const at = sums + (x << 1)
      v128.store(at, i16x8.add(v128.load(at), i16x8.extend_low_i8x16_u(counted)))
      v128.store(at, i16x8.add(v128.load(at, 16), i16x8.extend_high_i8x16_u(counted)), 16)
    }
    let sum = addLanes(lanes)
    for (; x < width; x++) {
      const difference = abs(<i32>load<u8>(bytes + x) - ground)
      if (difference <= noise) continue
      sum += difference
      const at = sums + (x << 1)
      store<u16>(at, load<u16>(at) + <u16>difference)
    }
    store<u32>(rows + (y << 2), sum)
    bytes += width
    // so many rows that no u16 overflows
    if ((y & 255) === 255 || y === height - 1) addColumns(sums, width, columns)
  }
}

/** Adds u16 to u32, and makes them zero. */
function addColumns(sums: usize, width: i32, columns: usize): void {
  for (let x = 0; x < width; x++) {
    const at = columns + (x << 2)
    store<u32>(at, load<u32>(at) + load<u16>(sums + (x << 1)))
  }
  memory.fill(sums, 0, width << 1)
}

/** RGBA made smaller by area means, colours weighted by their alpha. `sums` is room for 4 x `width` i32; needs
 *  height * 65025 < 2^31 and `toHeight` < 65536. */
export function shrink(rgba: usize, width: i32, height: i32, to: i32, toHeight: i32, sums: usize, out: usize): void {
  memory.fill(sums, 0, width << 4)
  let target = 0
  for (let y = 0; y < height; y++) {
    const row = rgba + ((y * width) << 2)
    const top = y * toHeight
    const bottom = top + toHeight
    const border = (target + 1) * height
    addRow(row, width, min(bottom, border) - top, sums)
    if (bottom < border) continue
    finishRow(sums, width, to, <f64>width * <f64>height, out + ((target * to) << 2))
    target++
    if (bottom > border) addRow(row, width, bottom - border, sums)
  }
}

/** Adds a row's colours weighted by alpha, and 255 times alpha itself, so many times. */
function addRow(row: usize, width: i32, share: i32, sums: usize): void {
  const shares = i16x8.splat(<i16>share)
  for (let x = 0; x < width; x += 4) {
    const pixels = v128.load(row + (x << 2))
    const alpha = v128.shuffle<i8>(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15)
    const colours = v128.or(pixels, i32x4.splat(0xff000000))
    const low = i16x8.extmul_low_i8x16_u(colours, alpha)
    const high = i16x8.extmul_high_i8x16_u(colours, alpha)
    const at = sums + (x << 4)
    v128.store(at, i32x4.add(v128.load(at), i32x4.extmul_low_i16x8_u(low, shares)))
    v128.store(at, i32x4.add(v128.load(at, 16), i32x4.extmul_high_i16x8_u(low, shares)), 16)
    v128.store(at, i32x4.add(v128.load(at, 32), i32x4.extmul_low_i16x8_u(high, shares)), 32)
    v128.store(at, i32x4.add(v128.load(at, 48), i32x4.extmul_high_i16x8_u(high, shares)), 48)
  }
}

/** One row of targets, from sums in units of 1 / `to` pixel and so exact. Leaves the sums zero. */
function finishRow(sums: usize, width: i32, to: i32, area: f64, out: usize): void {
  for (let target = 0; target < to; target++) {
    const from = target * width
    const end = from + width
    let colours = f64x2.splat(0)
    let rest = f64x2.splat(0)
    for (let x = from / to; x * to < end; x++) {
      const share = f64x2.splat(<f64>(min((x + 1) * to, end) - max(x * to, from)))
      const sum = v128.load(sums + (x << 4))
      colours = f64x2.add(colours, f64x2.mul(f64x2.convert_low_i32x4_s(sum), share))
      const upper = v128.shuffle<i32>(sum, sum, 2, 3, 2, 3)
      rest = f64x2.add(rest, f64x2.mul(f64x2.convert_low_i32x4_s(upper), share))
    }
    const alpha = f64x2.extract_lane(rest, 1) / 255
    const pixel = out + (target << 2)
    if (alpha === 0) {
      store<u32>(pixel, 0)
      continue
    }
    const weight = f64x2.splat(alpha)
    const half = f64x2.splat(0.5)
    const redGreen = i32x4.trunc_sat_f64x2_u_zero(f64x2.add(f64x2.div(colours, weight), half))
    // Blue is a mean over what is seen of the cell, alpha over all of it.
    const last = f64x2.replace_lane(rest, 1, alpha)
    const blueAlpha = i32x4.trunc_sat_f64x2_u_zero(
      f64x2.add(f64x2.div(last, f64x2.replace_lane(weight, 1, area)), half),
    )
    store<u32>(
      pixel,
      i32x4.extract_lane(redGreen, 0) |
        (i32x4.extract_lane(redGreen, 1) << 8) |
        (i32x4.extract_lane(blueAlpha, 0) << 16) |
        (i32x4.extract_lane(blueAlpha, 1) << 24),
    )
  }
  memory.fill(sums, 0, width << 4)
}

function addPairs(bytes: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes))
}

function addLanes(v: v128): u32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
}
