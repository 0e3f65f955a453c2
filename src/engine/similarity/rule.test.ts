import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hammingDistance, lumaCorrelation, resemblance, type Signature } from './rule.ts'

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
  const ramp = Uint8Array.from({ length: 576 }, (_, i) => i % 256)
  const signature = (phash: bigint, dhash: bigint, change: Partial<Signature> = {}): Signature => {
    const buffers = [phash, dhash].map((value) => {
      const buffer = Buffer.alloc(8)
      buffer.writeBigUInt64BE(value)
      return buffer
    })
    const [first = Buffer.alloc(8), second = Buffer.alloc(8)] = buffers
    return { phash: first, dhash: second, luma: ramp, lowVariance: false, ...change }
  }
  const same = signature(0n, 0n)
  const FAR = 0xffffn

  test.each([
    ['pHash within 8 bits is enough', signature(0xffn, FAR), true],
    ['dHash within 8 bits is enough', signature(FAR, 0xffn), true],
    ['9 bits in both are not', signature(0x1ffn, 0x1ffn), false],
    ['nothing resembles one tone', signature(0n, 0n, { lowVariance: true }), false],
    ['hashes alone are not enough', signature(0n, 0n, { luma: ramp.map((value) => 255 - value) }), false],
  ])('%s', (_what, other, near) => {
    expect(resemblance(same, other) !== null).toBe(near)
    expect(resemblance(other, same)).toEqual(resemblance(same, other))
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
