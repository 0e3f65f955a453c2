// AssemblyScript, compiled to WebAssembly by scripts/build-kernels.ts: how well two luma signatures agree. A picture lies in
// a slot: its 24 x 24 luma (576 bytes, and 16 unused); how many of its variants are made, i32 (and 12 unused bytes); then
// those variants, itself and with its edges cut off. A variant is 576 i16, sixteenths of luma, its mean and 1 / deviation.

const SIDE: usize = 24
const CELLS: usize = 576
const ROW: usize = 48
const MADE: usize = 592
const FIRST: usize = 608
const VARIANT: usize = 1168
const MEAN: usize = 1152
const SCALE: usize = 1160
/** Crops that are tried. */
const CROPS: usize = 3
/** Bytes of the numbers of the rule, before those of the crops: the least and the sure correlation, the local weight. */
const LIMITS: usize = 32
/** Bytes for a crop: 3 groups of 8 columns, 24 rows. */
const GROUP: usize = 64
const CROP: usize = 3 * GROUP + SIDE * 16

/** Makes the picture's first variant from its luma. */
export function put(slot: usize): void {
  const variant = slot + FIRST
  for (let i: usize = 0; i < CELLS; i += 16) {
    const bytes = v128.load(slot + i)
    v128.store(variant + 2 * i, i16x8.shl(i16x8.extend_low_i8x16_u(bytes), 4))
    v128.store(variant + 2 * i + 16, i16x8.shl(i16x8.extend_high_i8x16_u(bytes), 4))
  }
  finish(variant)
  store<i32>(slot + MADE, 1)
}

/** The correlation and the score of two pictures, f64 at `out`, by the numbers at `rule`: as they are or with the edges of
 *  one cut off, whichever scores best. Scores below `floor` are not told apart. 1280 bytes at `scratch` are used. */
export function likeness(a: usize, b: usize, floor: f64, rule: usize, scratch: usize, out: usize): void {
  store<f64>(out, floor, 8)
  const correlation = compare(a + FIRST, b + FIRST, rule, scratch, out)
  if (correlation < load<f64>(rule) || correlation > load<f64>(rule, 8)) return
  makeCrops(a, rule, scratch)
  makeCrops(b, rule, scratch)
  for (let crop: usize = 1; crop <= CROPS; crop++) {
    compare(a + FIRST + crop * VARIANT, b + FIRST, rule, scratch, out)
    compare(a + FIRST, b + FIRST + crop * VARIANT, rule, scratch, out)
  }
}

/** Keeps what these two variants score, if it is more. Their correlation. */
function compare(a: usize, b: usize, rule: usize, scratch: usize, out: usize): f64 {
  const scale = load<f64>(a, SCALE) * load<f64>(b, SCALE)
  const correlation = (meanProduct(a, b) - load<f64>(a, MEAN) * load<f64>(b, MEAN)) * scale
  // No score is higher than the correlation.
  if (correlation <= load<f64>(out, 8)) return correlation
  let score = correlation
  if (correlation >= load<f64>(rule)) {
    const weight = load<f64>(rule, 16)
    score -= weight * greatestDifference(a, b, (correlation - load<f64>(out, 8)) / weight, scratch)
  }
  if (score <= load<f64>(out, 8)) return correlation
  store<f64>(out, correlation)
  store<f64>(out, score, 8)
  return correlation
}

/** Of whole numbers below 4096: no lane of the sums exceeds 32 bits. */
function meanProduct(a: usize, b: usize): f64 {
  let even = i32x4.splat(0)
  let odd = i32x4.splat(0)
  for (let i: usize = 0; i < 2 * CELLS; i += 32) {
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(a + i), v128.load(b + i)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(a + i, 16), v128.load(b + i, 16)))
  }
  return <f64>(addLanes(even) + addLanes(odd)) / CELLS
}

function addLanes(v: v128): u64 {
  const low = i64x2.extend_low_i32x4_u(v)
  const both = i64x2.add(low, i64x2.extend_high_i32x4_u(v))
  return i64x2.extract_lane(both, 0) + i64x2.extract_lane(both, 1)
}

/** Mean and 1 / deviation; a picture of one tone has 0, and correlates with nothing. */
function finish(variant: usize): void {
  let sums = i32x4.splat(0)
  for (let i: usize = 0; i < 2 * CELLS; i += 16) {
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(v128.load(variant + i)))
  }
  const mean = <f64>addLanes(sums) / CELLS
  const variance = meanProduct(variant, variant) - mean * mean
  store<f64>(variant, mean, MEAN)
  store<f64>(variant, variance > 1e-6 ? 1 / Math.sqrt(variance) : 0, SCALE)
}

function makeCrops(slot: usize, rule: usize, scratch: usize): void {
  if (load<i32>(slot + MADE) > 1) return
  store<i32>(slot + MADE, 1 + CROPS)
  for (let crop: usize = 0; crop < CROPS; crop++) {
    const variant = slot + FIRST + (crop + 1) * VARIANT
    cut(slot, rule + LIMITS + crop * CROP, scratch, variant)
    finish(variant)
  }
}

/** The middle of the luma at the size of the whole, by linear interpolation: first along the rows, in 128ths, then down
 *  the columns. */
function cut(luma: usize, crop: usize, scratch: usize, out: usize): void {
  for (let group: usize = 0; group < 3; group++) {
    const columns = crop + group * GROUP
    const first = luma + load<u32>(columns)
    const toLeft = v128.load(columns, 16)
    const toRight = v128.load(columns, 32)
    const shares = v128.load(columns, 48)
    for (let y: usize = 0; y < SIDE; y++) {
      const bytes = v128.load(first + y * SIDE)
      const left = i16x8.extend_low_i8x16_u(i8x16.swizzle(bytes, toLeft))
      const right = i16x8.extend_low_i8x16_u(i8x16.swizzle(bytes, toRight))
      const part = i16x8.mul(i16x8.sub(right, left), shares)
      v128.store(scratch + y * ROW + group * 16, i16x8.add(i16x8.shl(left, 7), part))
    }
  }
  let rows = crop + 3 * GROUP
  for (let y: usize = 0; y < SIDE; y++, rows += 16) {
    const top = scratch + load<u32>(rows) * ROW
    const share = i16x8.splat(load<i16>(rows, 4))
    for (let x: usize = 0; x < ROW; x += 16) {
      const from = v128.load(top + x)
      const part = i16x8.q15mulr_sat_s(i16x8.sub(v128.load(top + x, ROW), from), share)
      v128.store(out + y * ROW + x, i16x8.shr_u(i16x8.add(from, part), 3))
    }
  }
}

/** Mean difference, in deviations, of the 2 x 2 cells in which it is greatest; or any that is more than `most`, as soon as
 *  there is one. */
function greatestDifference(a: usize, b: usize, most: f64, scratch: usize): f64 {
  const scaleA = load<f64>(a, SCALE)
  const scaleB = load<f64>(b, SCALE)
  const byA = f32x4.splat(<f32>scaleA)
  const byB = f32x4.splat(<f32>scaleB)
  const apart = f32x4.splat(<f32>(4 * (load<f64>(a, MEAN) * scaleA - load<f64>(b, MEAN) * scaleB)))
  // A little more, so that rounding ends nothing that is no more than that.
  const limit = f32x4.splat(<f32>(4 * (most + 0.001)))
  const pairsOfB = scratch + 64
  let greatest = f32x4.splat(0)
  // From the middle on, where pictures differ sooner than at their edges, and all over.
  for (let i: usize = 0, y: usize = 11; i < SIDE - 1; i++, y = (y + 7) % (SIDE - 1)) {
    const rowA = a + y * ROW
    const rowB = b + y * ROW
    for (let x: usize = 0; x < ROW; x += 16) {
      v128.store(scratch + x, i16x8.add(v128.load(rowA + x), v128.load(rowA + x, ROW)))
      v128.store(pairsOfB + x, i16x8.add(v128.load(rowB + x), v128.load(rowB + x, ROW)))
    }
    greatest = f32x4.max(greatest, differences(scratch, pairsOfB, byA, byB, apart))
    greatest = f32x4.max(greatest, differences(scratch + 16, pairsOfB + 16, byA, byB, apart))
    // The last has 7 new ones.
    greatest = f32x4.max(greatest, differences(scratch + 30, pairsOfB + 30, byA, byB, apart))
    if (v128.any_true(f32x4.gt(greatest, limit))) break
  }
  const half = max(f32x4.extract_lane(greatest, 0), f32x4.extract_lane(greatest, 1))
  return <f64>max(half, max(f32x4.extract_lane(greatest, 2), f32x4.extract_lane(greatest, 3))) / 4
}

/** The greater of every two of 8 neighbouring differences. */
function differences(a: usize, b: usize, byA: v128, byB: v128, apart: v128): v128 {
  const cellsA = i16x8.add(v128.load(a), v128.load(a, 2))
  const cellsB = i16x8.add(v128.load(b), v128.load(b, 2))
  const low = f32x4.sub(
    f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(cellsA)), byA),
    f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(cellsB)), byB),
  )
  const high = f32x4.sub(
    f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(cellsA)), byA),
    f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(cellsB)), byB),
  )
  return f32x4.max(f32x4.abs(f32x4.sub(low, apart)), f32x4.abs(f32x4.sub(high, apart)))
}
