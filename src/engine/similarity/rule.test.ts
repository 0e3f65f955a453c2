import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hammingDistance, lumaCorrelation, resemblance } from './rule.ts'
import type { Signature } from './signature.ts'

const hash = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes))
const luma = fc.uint8Array({ minLength: 576, maxLength: 576 })

test('hammingDistance counts the bits that a plain count finds', () => {
  fc.assert(
    fc.property(hash, hash, (a, b) => {
      const bits = (a.readBigUInt64BE() ^ b.readBigUInt64BE()).toString(2).replaceAll('0', '').length
      expect(hammingDistance(a, b)).toBe(bits)
    }),
  )
  expect(hammingDistance(Buffer.alloc(8), Buffer.alloc(8, 255))).toBe(64)
})

test('lumaCorrelation is what two passes over the means find', () => {
  fc.assert(
    fc.property(luma, luma, (a, b) => {
      expect(lumaCorrelation(a, b)).toBeCloseTo(naiveCorrelation(a, b), 9)
    }),
  )
  const ramp = Uint8Array.from({ length: 576 }, (_, i) => i % 256)
  expect(lumaCorrelation(ramp, ramp)).toBeCloseTo(1, 12)
  expect(
    lumaCorrelation(
      ramp,
      ramp.map((value) => 255 - value),
    ),
  ).toBeCloseTo(-1, 12)
  expect(lumaCorrelation(ramp, new Uint8Array(576).fill(9))).toBe(0)
})

describe('resemblance', () => {
  const ramp = Buffer.from(Uint8Array.from({ length: 576 }, (_, i) => i % 256))
  const other = Buffer.from(ramp.map((value) => 255 - value))
  const hashes = (...values: readonly [bigint, bigint, bigint, bigint]): Buffer => {
    const buffer = Buffer.alloc(32)
    values.forEach((value, i) => void buffer.writeBigUInt64BE(value, i * 8))
    return buffer
  }
  const FAR = -1n & 0xffff_ffff_ffff_ffffn
  const same: Signature = { hashes: hashes(0n, 0n, 0n, 0n), luma: ramp }

  test.each([
    [
      'pHash may differ in 32 bits where dHash is equal',
      { hashes: hashes(2n ** 32n - 1n, 0n, FAR, FAR), luma: ramp },
      true,
    ],
    ['not in 33', { hashes: hashes(2n ** 33n - 1n, 0n, FAR, FAR), luma: ramp }, false],
    ['dHash in 16 where pHash is equal', { hashes: hashes(0n, 0xffffn, FAR, FAR), luma: ramp }, true],
    ['not in 17', { hashes: hashes(0n, 0x1ffffn, FAR, FAR), luma: ramp }, false],
    ['both in 32, dHash counted twice', { hashes: hashes(0xffn, 0xfffn, FAR, FAR), luma: ramp }, true],
    ['so it is of the artwork alone', { hashes: hashes(FAR, FAR, 0xffn, 0xfffn), luma: ramp }, true],
    ['but not pHash of one view and dHash of the other', { hashes: hashes(0n, FAR, FAR, 0n), luma: ramp }, false],
    ['hashes alone are not enough', { hashes: hashes(0n, 0n, 0n, 0n), luma: other }, false],
    [
      'hashes of one view and luma of the other are not enough',
      { hashes: hashes(0n, 0n, FAR, FAR), luma: Buffer.concat([other, ramp]) },
      false,
    ],
    ['one view is enough', { hashes: hashes(0n, 0n, 0n, 0n), luma: Buffer.concat([other, ramp]) }, true],
  ])('%s', (_what, candidate, near) => {
    expect(resemblance(same, candidate) !== null).toBe(near)
    expect(resemblance(candidate, same)).toEqual(resemblance(same, candidate))
  })
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
