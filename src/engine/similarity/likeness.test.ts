import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLikenessKernel, type Likeness } from './likeness.ts'

const SIDE = 24
const luma = fc.uint8Array({ minLength: 576, maxLength: 576 })

const kernel = createLikenessKernel(2)
function likenessOf(a: Uint8Array, b: Uint8Array): Likeness {
  kernel.put(0, a)
  kernel.put(1, b)
  return kernel.compare(0, 1)
}

/** Drawn by a function of the place, both from 0 to 1. */
function drawn(valueAt: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.round(valueAt(((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE)),
  )
}
const waves = (x: number, y: number): number => 128 + 60 * Math.sin(9 * x + 5 * y) + 50 * Math.cos(14 * y - 6 * x * x)

test('the correlation is what two passes over the means find', () => {
  fc.assert(
    fc.property(luma, luma, (a, b) => {
      const naive = naiveCorrelation(a, b)
      // Above it, crops are tried, too.
      if (naive < 0.5) expect(likenessOf(a, b).correlation).toBeCloseTo(naive, 9)
    }),
  )
  const ramp = Uint8Array.from({ length: 576 }, (_, i) => i % 256)
  const negative = ramp.map((value) => 255 - value)
  expect(likenessOf(ramp, ramp)).toEqual({ correlation: expect.closeTo(1, 9), score: expect.closeTo(1, 9) })
  expect(likenessOf(ramp, negative).correlation).toBeCloseTo(-1, 9)
  expect(likenessOf(ramp, new Uint8Array(576).fill(9))).toEqual({ correlation: 0, score: 0 })
})

test('lighter or with less contrast it is as much the same', () => {
  const picture = drawn(waves)
  expect(
    likenessOf(
      picture,
      drawn((x, y) => 100 + waves(x, y) / 2),
    ).score,
  ).toBeGreaterThan(0.98)
})

test.each([0.025, 0.05, 0.1])('is found with %d of its edges cut off, whichever of the two is cut', (share) => {
  const cut = drawn((x, y) => waves(share / 2 + x * (1 - share), share / 2 + y * (1 - share)))
  const whole = drawn(waves)
  expect(likenessOf(whole, cut).correlation).toBeGreaterThan(0.97)
  expect(likenessOf(cut, whole)).toEqual(likenessOf(whole, cut))
  if (share === 0.1) expect(naiveCorrelation(whole, cut)).toBeLessThan(0.95)
})

test('from a least score on it says the same, and below it no more than that', () => {
  const cuts = [0, 0.02, 0.06, 0.12, 0.3].map((share) =>
    drawn((x, y) => waves(share / 2 + x * (1 - share), share / 2 + y * (1 - share))),
  )
  for (const a of cuts)
    for (const b of cuts)
      for (const least of [0.3, 0.6, 0.8, 0.95]) {
        const plain = likenessOf(a, b)
        const found = kernel.compare(0, 1, least)
        if (plain.score >= least) expect(found).toEqual(plain)
        else expect(found.score).toBeLessThan(least)
      }
})

test('of real-like pictures it is what plain arithmetic finds, to a thousandth', () => {
  const pictures = [0, 0.03, 0.05, 0.1, 0.2].flatMap((share) => [
    drawn((x, y) => waves(share / 2 + x * (1 - share), share / 2 + y * (1 - share))),
    drawn((x, y) => waves(x * (1 - share), y) + (x > 0.9 && y > 0.9 ? 60 * share : 0)),
  ])
  for (const a of pictures)
    for (const b of pictures) {
      const [found, plain] = [likenessOf(a, b), plainLikeness(a, b)]
      expect(Math.abs(found.score - plain.score)).toBeLessThan(0.001)
      expect(Math.abs(found.correlation - plain.correlation)).toBeLessThan(0.01)
    }
})

test('what differs much in one place scores less than what differs a little all over', () => {
  const whole = drawn(waves)
  const [spot, noise] = [Uint8Array.from(whole), Uint8Array.from(whole)]
  for (const i of [250, 251, 252, 274, 275, 276, 298, 299, 300]) spot[i] = (whole[i] ?? 0) > 128 ? 0 : 255
  for (const i of noise.keys()) noise[i] = (whole[i] ?? 0) + (i % 2 === 0 ? 16 : -16)
  const [local, spread] = [likenessOf(whole, spot), likenessOf(whole, noise)]
  expect(Math.abs(local.correlation - spread.correlation)).toBeLessThan(0.05)
  expect(local.score).toBeLessThan(spread.score - 0.1)
})

function naiveCorrelation(a: Uint8Array, b: Uint8Array): number {
  const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (const [i, x] of a.entries()) {
    const [dx, dy] = [x - meanA, (b[i] ?? 0) - meanB]
    ab += dx * dy
    aa += dx * dx
    bb += dy * dy
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
}

/** The rule once more, without thought of time. */
function plainLikeness(a: Uint8Array, b: Uint8Array): Likeness {
  const plain = (x: readonly number[], y: readonly number[]): Likeness => {
    const correlation = exact(x, y)
    return { correlation, score: correlation < 0.5 ? correlation : correlation - 0.12 * greatest(x, y) }
  }
  const [whole, other] = [Array.from(a), Array.from(b)]
  const scores = [plain(whole, other)]
  const [first] = scores
  if (first !== undefined && first.correlation >= 0.5 && first.correlation <= 0.97)
    for (const crop of [0.025, 0.05, 0.1])
      scores.push(plain(cropped(whole, crop), other), plain(whole, cropped(other, crop)))
  return scores.reduce((best, one) => (one.score > best.score ? one : best))
}

function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  return values.map((value) => (value - mean) / deviation)
}

function exact(a: readonly number[], b: readonly number[]): number {
  const other = standardised(b)
  return standardised(a).reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0) / a.length
}

function greatest(a: readonly number[], b: readonly number[]): number {
  const other = standardised(b)
  const apart = standardised(a).map((value, i) => value - (other[i] ?? 0))
  const cells = apart.flatMap((_, i) =>
    i % SIDE === SIDE - 1 || i >= SIDE * (SIDE - 1) ? [] : [[i, i + 1, i + SIDE, i + SIDE + 1]],
  )
  return Math.max(...cells.map((square) => Math.abs(square.reduce((sum, i) => sum + (apart[i] ?? 0), 0)))) / 4
}

function cropped(values: readonly number[], crop: number): number[] {
  const at = (i: number): number => (crop / 2) * SIDE + (i + 0.5) * (1 - crop) - 0.5
  const value = (x: number, y: number): number => values[y * SIDE + x] ?? 0
  return values.map((_, i) => {
    const [x, y] = [at(i % SIDE), at(Math.floor(i / SIDE))]
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const along = (row: number): number => value(left, row) + (value(left + 1, row) - value(left, row)) * (x - left)
    return along(top) + (along(top + 1) - along(top)) * (y - top)
  })
}
