// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: the loops of mockups. Addresses are bytes of one
// memory; pictures lie row by row from the top, without padding. Up to 32 bytes before and behind a picture are read.

/** Half of what a filter reaches across, in pixels of what is drawn. */
const RADIUS: f32 = 2
/** Weights are whole numbers, this much for 1: a pixel may cover 1000 of its picture before a sum overflows. */
const ONE: f32 = 8192
/** A level is left for the one of half its size where a pixel covers more of it than this, across its shorter axis. */
const COARSER: f32 = 4

/** RGBA with its colours multiplied by alpha, in place. */
export function premultiply(rgba: usize, count: i32): void {
  const opaque = i32x4.splat(0xff000000)
  for (let i = 0; i < count; i += 4, rgba += 16) {
    const pixels = v128.load(rgba)
    if (i32x4.all_true(i32x4.ge_u(pixels, opaque))) continue
    const low = timesAlpha(i16x8.extend_low_i8x16_u(pixels))
    v128.store(rgba, i8x16.narrow_i16x8_u(low, timesAlpha(i16x8.extend_high_i8x16_u(pixels))))
  }
}

/** Two pixels as i16. */
function timesAlpha(pixels: v128): v128 {
  const alpha = v128.shuffle<i16>(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7)
  const weights = v128.bitselect(alpha, i16x8.splat(255), i16x8(-1, -1, -1, 0, -1, -1, -1, 0))
  const sum = i16x8.add(i16x8.mul(pixels, weights), i16x8.splat(127))
  // sum / 255, for all below 65535
  return i16x8.shr_u(i16x8.add(i16x8.add(sum, i16x8.splat(1)), i16x8.shr_u(sum, 8)), 8)
}

/** Side of the tiles that are known to be of one colour, a power of two: most of a design is ground. */
const TILE_BITS: i32 = 3
/** Of a tile that is not: no premultiplied pixel. */
const MIXED: u32 = 0xff
/** Bytes of a level in the list of them: addresses of its pixels and of its tiles, width and height, as i32. */
const LEVEL: usize = 16

/** Pixels next to each other that are drawn with one ellipse. */
const ALIKE: i32 = 4

// The ellipse within which pixels of a level count: a x² + b x y + c y² <= 1, and how far it reaches.
let level: usize = 0
let a: f32 = 0
let b: f32 = 0
let c: f32 = 0
let reachX: f32 = 0
let reachY: f32 = 0

/** The colour of each tile of a premultiplied picture, row by row. */
export function tile(rgba: usize, width: i32, height: i32, out: usize): void {
  const side = 1 << TILE_BITS
  for (let top = 0; top < height; top += side)
    for (let left = 0; left < width; left += side, out += 4)
      store<u32>(
        out,
        colourOf(rgba + ((top * width + left) << 2), width, min(side, width - left), min(side, height - top)),
      )
}

function colourOf(rgba: usize, width: i32, columns: i32, rows: i32): u32 {
  const colour = load<u32>(rgba)
  for (let y = 0; y < rows; y++, rgba += width << 2)
    for (let x = 0; x < columns; x++) if (load<u32>(rgba + (x << 2)) !== colour) return MIXED
  return colour
}

/** Draws a picture where a map says: each pixel is the elliptical weighted average (Heckbert 1989) of what it covers there.
 *  `levels`: `count` premultiplied pictures, each half as large as the one before (`LEVEL`). `map`: u and
 *  v as f32, 0 to 1 across the picture, of each pixel and a rim of one around; NaN where there is nothing. Writes
 *  premultiplied RGBA. */
export function warp(levels: usize, count: i32, map: usize, width: i32, height: i32, out: usize): void {
  const stride = (width + 2) << 3
  for (let y = 0; y < height; y++) {
    let at = map + (y + 1) * stride + 8
    let isKnown = false
    for (let x = 0; x < width; x++, at += 8, out += 4) {
      if (!isKnown || x % ALIKE === 0) isKnown = shape(levels, count, at, stride)
      store<u32>(out, isKnown ? average(load<f32>(at), load<f32>(at, 4)) : 0)
    }
  }
}

/** Finds the ellipse that the pixel covers whose place in the picture stands at `at`, on the level where that is small. False
 *  where there is nothing. */
function shape(levels: usize, count: i32, at: usize, stride: usize): bool {
  // Its sides, as vectors in parts of the picture.
  const acrossU: f32 = (load<f32>(at + 8) - load<f32>(at - 8)) * 0.5
  const acrossV: f32 = (load<f32>(at + 12) - load<f32>(at - 4)) * 0.5
  const downU: f32 = (load<f32>(at + stride) - load<f32>(at - stride)) * 0.5
  const downV: f32 = (load<f32>(at + stride + 4) - load<f32>(at - stride + 4)) * 0.5
  const squaresU = acrossU * acrossU + downU * downU
  const squaresV = acrossV * acrossV + downV * downV
  const product = acrossU * acrossV + downU * downV
  const area = abs(acrossU * downV - downU * acrossV)
  if (!(area > 0)) return false

  let width: f32 = 0
  let height: f32 = 0
  // Half axes, squared.
  let major: f32 = 0
  let minor: f32 = 0
  for (level = levels; ; level += LEVEL, count--) {
    width = <f32>load<i32>(level, 8)
    height = <f32>load<i32>(level, 12)
    const covered = area * width * height
    const squares = squaresU * width * width + squaresV * height * height
    const spread: f32 = max<f32>((squares + covered * 2) * (squares - covered * 2), 0)
    major = (squares + sqrt(spread)) * 0.5
    minor = (covered * covered) / major
    if (count === 1 || minor <= COARSER * COARSER) break
  }
  // r x² - 2 q x y + p y² = p r - q²
  let p = squaresU * width * width
  let q = product * width * height
  let r = squaresV * height * height
  if (minor < 1) {
    // No axis is shorter than the filter for one pixel of the picture.
    const isWide = abs(major - p) >= abs(major - r)
    const x = isWide ? q : major - r
    const y = isWide ? major - p : q
    const norm = x * x + y * y
    const cos2: f32 = norm > 0 ? (x * x) / norm : 1
    const both: f32 = norm > 0 ? (x * y) / norm : 0
    major = max<f32>(major, 1)
    p = 1 + (major - 1) * cos2
    q = (major - 1) * both
    r = major - (major - 1) * cos2
  }
  const scale: f32 = 1 / ((p * r - q * q) * RADIUS * RADIUS)
  a = r * scale
  b = q * scale * -2
  c = p * scale
  reachX = RADIUS * sqrt(p)
  reachY = RADIUS * sqrt(r)
  return true
}

/** The average within the ellipse around a place of the picture, as RGBA. */
function average(u: f32, v: f32): u32 {
  const width = load<i32>(level, 8)
  const height = load<i32>(level, 12)
  const x: f32 = u * <f32>width - 0.5
  const y: f32 = v * <f32>height - 0.5
  if (!(x + reachX > -1 && x - reachX < <f32>width && y + reachY > -1 && y - reachY < <f32>height)) return 0
  const left = <i32>ceil(x - reachX)
  const right = <i32>floor(x + reachX)
  const top = <i32>ceil(y - reachY)
  const bottom = <i32>floor(y + reachY)
  const isInside = left >= 0 && right < width
  if (isInside && top >= 0 && bottom < height) {
    const colour = evenColour(left, top, right, bottom, width)
    if (colour !== MIXED) return colour
  }
  const squares = f32x4.splat(a)
  const first = f32x4.add(f32x4.splat(<f32>left - x), f32x4(0, 1, 2, 3))
  let pixels = load<u32>(level) + ((top * width + left) << 2)
  let sums = i32x4.splat(0)
  let totals = i32x4.splat(0)
  for (let row = top; row <= bottom; row++, pixels += width << 2) {
    const dy = <f32>row - y
    const linear = f32x4.splat(b * dy)
    const even = f32x4.splat(c * dy * dy)
    const isRow = row >= 0 && row < height
    let dx = first
    for (let column = left; column <= right; column += 4, dx = f32x4.add(dx, f32x4.splat(4))) {
      const distance = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(squares, dx), linear), dx), even)
      let weights = weightsOf(distance)
      totals = i32x4.add(totals, weights)
      if (!isRow) continue
      if (!isInside) {
        // What is beside the picture is transparent.
        if (column <= -4 || column >= width) continue
        const columns = i32x4.add(i32x4.splat(column), i32x4(0, 1, 2, 3))
        weights = v128.and(weights, i32x4.lt_u(columns, i32x4.splat(width)))
      }
      const four = v128.load(pixels + ((column - left) << 2))
      const pairs = i16x8.narrow_i32x4_s(weights, weights)
      const one = i8x16.swizzle(four, i8x16(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1))
      sums = i32x4.add(sums, i32x4.dot_i16x8_s(one, v128.shuffle<i32>(pairs, pairs, 0, 0, 0, 0)))
      const other = i8x16.swizzle(four, i8x16(8, -1, 12, -1, 9, -1, 13, -1, 10, -1, 14, -1, 11, -1, 15, -1))
      sums = i32x4.add(sums, i32x4.dot_i16x8_s(other, v128.shuffle<i32>(pairs, pairs, 1, 1, 1, 1)))
    }
  }
  const total =
    i32x4.extract_lane(totals, 0) +
    i32x4.extract_lane(totals, 1) +
    i32x4.extract_lane(totals, 2) +
    i32x4.extract_lane(totals, 3)
  if (total <= 0) return 0
  const share: f32 = 1 / <f32>total
  const means = f32x4.nearest(f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.splat(share)))
  const narrow = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(means), i32x4.splat(0))
  const pixel = i8x16.narrow_i16x8_u(narrow, narrow)
  // No colour is above its alpha.
  return i32x4.extract_lane(i8x16.min_u(pixel, i8x16.swizzle(pixel, i8x16.splat(3))), 0)
}

/** The colour of all tiles of the level that a box of pixels touches. */
function evenColour(left: i32, top: i32, right: i32, bottom: i32, width: i32): u32 {
  const tiles = load<u32>(level, 4)
  const across = (width + (1 << TILE_BITS) - 1) >> TILE_BITS
  const colour = load<u32>(tiles + (((top >> TILE_BITS) * across + (left >> TILE_BITS)) << 2))
  if (colour === MIXED) return MIXED
  for (let y = top >> TILE_BITS; y <= bottom >> TILE_BITS; y++)
    for (let x = left >> TILE_BITS; x <= right >> TILE_BITS; x++)
      if (load<u32>(tiles + ((y * across + x) << 2)) !== colour) return MIXED
  return colour
}

/** Robidoux's cubic (B 0.3782, C 0.3109), 0 beyond its radius, by squared distance from 0 to 1 there: a polynomial that is
 *  nowhere 0.003 away from it. */
function weightsOf(t: v128): v128 {
  const t2 = f32x4.mul(t, t)
  const low = f32x4.add(f32x4.mul(t, f32x4.splat(-6.53891 * ONE)), f32x4.splat(0.871001 * ONE))
  const middle = f32x4.add(f32x4.mul(t, f32x4.splat(-28.0578 * ONE)), f32x4.splat(19.0669 * ONE))
  const high = f32x4.add(f32x4.mul(t, f32x4.splat(-6.17841 * ONE)), f32x4.splat(20.8372 * ONE))
  const sum = f32x4.add(low, f32x4.mul(t2, f32x4.add(middle, f32x4.mul(t2, high))))
  // Added to 1.5 * 2^23, a small number is rounded, and stands in the lowest bits.
  const rounded = i32x4.sub(f32x4.add(sum, f32x4.splat(12582912)), i32x4.splat(0x4b400000))
  return v128.and(rounded, f32x4.lt(t, f32x4.splat(1)))
}

/** Lays a drawn layer on a part of a photo, RGB and `stride` bytes a row. `cover` is how much of the layer is seen at each
 *  pixel; `shade` brightens and darkens it, 128 leaves it as it is. `blend`: 0 normal, 1 multiply, 2 screen. */
export function lay(
  photo: usize,
  stride: i32,
  layer: usize,
  width: i32,
  height: i32,
  cover: usize,
  shade: usize,
  blend: i32,
): void {
  for (let y = 0; y < height; y++, photo += stride) {
    for (let x = 0; x < width; x++, layer += 4, cover++, shade++) {
      if (load<u32>(layer) === 0) continue
      const seen = <i32>load<u8>(cover)
      const light = <i32>load<u8>(shade)
      const full = <i32>load<u8>(layer, 3)
      const alpha = share(full, seen)
      for (let channel = 0; channel < 3; channel++) {
        const at = photo + x * 3 + channel
        const lit = min((<i32>load<u8>(layer + channel) * light + 64) >> 7, full)
        const colour = share(lit, seen)
        const ground = <i32>load<u8>(at)
        const through = blend === 2 ? 255 - colour : 255 - alpha
        store<u8>(at, blend === 1 ? share(ground, through + colour) : colour + share(ground, through))
      }
    }
  }
}

/** a * b / 255, rounded, for bytes. */
function share(a: i32, b: i32): i32 {
  const sum = a * b + 128
  return (sum + (sum >> 8)) >> 8
}
