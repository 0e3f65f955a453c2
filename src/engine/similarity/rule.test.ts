import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MATCHING_PRESETS } from '../../shared/domain/match.ts'
import { averageHash, type Signature } from '../signature.ts'
import { hammingDistance, resemblance } from './rule.ts'

const hash = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes))

test('hammingDistance counts the bits that a plain count finds', () => {
  fc.assert(
    fc.property(hash, hash, (a, b) => {
      const bits = (a.readBigUInt64BE() ^ b.readBigUInt64BE()).toString(2).replaceAll('0', '').length
      expect(hammingDistance(a, b)).toBe(bits)
    }),
  )
  expect(hammingDistance(Buffer.alloc(8), Buffer.alloc(8, 255))).toBe(64)
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
  const grey = Buffer.alloc(72)
  const red = Buffer.alloc(72, 40)
  const same: Signature = { hashes: hashes(0n, 0n, 0n, 0n), luma: ramp, chroma: grey }

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
    const signature = { ...candidate, chroma: grey }
    expect(resemblance(same, signature, 'strict')?.kind).toBe(near ? 'near' : undefined)
  })

  test('bits of the average hash of the luma count beside those of pHash', () => {
    const luma = Buffer.from(ramp.map((value, i) => value * 0.7 + (i % 24) * 3))
    const differing = hammingDistance(averageHash({ luma: ramp }, 0), averageHash({ luma }, 0))
    expect(differing).toBeGreaterThan(4)
    const apart = (bits: number): Signature => {
      return { hashes: hashes(2n ** BigInt(bits) - 1n, 0n, FAR, FAR), luma, chroma: grey }
    }
    expect(resemblance(same, apart(32 - differing), 'loose')?.kind).toBe('near')
    expect(resemblance(same, apart(33 - differing), 'loose')).toBeNull()
  })

  test.each([
    [0, [ramp, other], [red, grey], [grey, red]],
    [1, [other, ramp], [grey, red], [red, grey]],
  ])(
    'other colours make it recoloured in the view that agrees (%d), not in the other',
    (_view, luma, there, elsewhere) => {
      const inOneView = { ...same, luma: Buffer.concat(luma) }
      const kindOf = (chroma: readonly Buffer[]) =>
        resemblance(inOneView, { ...same, luma: Buffer.concat([ramp, ramp]), chroma: Buffer.concat(chroma) }, 'loose')
          ?.kind
      expect(kindOf([red])).toBe('recoloured')
      expect(kindOf(there)).toBe('recoloured')
      expect(kindOf(elsewhere)).toBe('near')
    },
  )

  test('each preset asks about what is near for the next looser one', () => {
    const kinds = new Set<string>()
    for (let noise = 0; noise < 200; noise += 2) {
      const luma = Buffer.from(ramp.map((value, i) => Math.min(255, Math.max(0, value + (i % 7 < 3 ? noise : -noise)))))
      const [strict, balanced, loose] = MATCHING_PRESETS.map(
        (preset) => resemblance(same, { ...same, luma }, preset)?.kind ?? 'nothing',
      )
      if (strict === 'near') expect(balanced).toBe('near')
      if (balanced === 'near') expect(['near', 'similar']).toContain(strict)
      if (balanced === 'near') expect(loose).toBe('near')
      if (loose === 'near') expect(['near', 'similar']).toContain(balanced)
      kinds.add(`${strict} ${balanced} ${loose}`)
    }
    const steps = ['near near near', 'similar near near', 'nothing similar near', 'nothing nothing similar']
    for (const step of steps) expect(kinds).toContain(step)
  })

  test('is symmetric, of any two designs that are about as close as the limits', () => {
    const bits = fc.array(fc.nat({ max: 255 }), { maxLength: 24 })
    const waves = fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.nat({ max: 60 }))
    const signatures = fc.tuple(bits, waves, fc.integer({ min: -40, max: 40 }), fc.boolean())
    const signature = ([flips, [x, y, noise], tint, isTwo]: readonly [
      number[],
      [number, number, number],
      number,
      boolean,
    ]): Signature => {
      const flipped = Buffer.alloc(32)
      for (const bit of flips) flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const luma = Buffer.from(
        Uint8Array.from({ length: isTwo ? 1152 : 576 }, (_, i) => {
          const [row, column] = [Math.floor(i / 24), i % 24]
          return 128 + 60 * Math.sin((row * (5 + x)) / 20 + column / 4) + ((i * (7 + y)) % 13) * (noise / 13)
        }),
      )
      return { hashes: flipped, luma, chroma: Buffer.alloc(isTwo ? 144 : 72, tint) }
    }
    const seen = new Set<string>()
    fc.assert(
      fc.property(signatures, signatures, fc.constantFrom(...MATCHING_PRESETS), (one, two, preset) => {
        const [a, b] = [signature(one), signature(two)]
        const there = resemblance(a, b, preset)
        expect(resemblance(b, a, preset)).toEqual(there)
        seen.add(there?.kind ?? 'nothing')
      }),
      { numRuns: 400, seed: 5 },
    )
    expect([...seen].sort()).toEqual(['near', 'nothing', 'recoloured', 'similar'])
  })
})
