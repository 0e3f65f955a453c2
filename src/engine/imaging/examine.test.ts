import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { examineHere } from '../../../test/support/examine-here.ts'
import goldens from '../../../test/support/goldens/goldens.json' with { type: 'json' }

const folder = join(import.meta.dirname, '../../../test/support/goldens/pictures')

async function fingerprintOf(name: string) {
  const examined = await examineHere(join(folder, `${name}.png`))
  if (!examined.ok) throw new Error(examined.failure.code)
  return examined.value.fingerprint
}

function distance(a: string, b: string): number {
  return [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length
}

describe('the hashes of drawn pictures, against Python imagehash', () => {
  it.each(Object.entries(goldens.pictures))('%s', async (name, golden) => {
    const { hashes, matte } = await fingerprintOf(name)
    expect(matte).toBe(golden.matte)
    // Pictures over a million pixels are shrunk before they are hashed.
    const tolerance = name === 'large' ? 2 : 0
    for (const hash of ['phash', 'ahash', 'dhash'] as const)
      expect(distance(hashes[hash], golden[hash]), hash).toBeLessThanOrEqual(tolerance)
    // Area means stand in for the wavelet: it first enlarges or shrinks to a power of two. Where most cells are ground, their
    // median is ground, and the wavelet's bits are the noise of its floating point.
    if (name !== 'margin') expect(distance(hashes.whash, golden.whash), 'whash').toBeLessThanOrEqual(4)
  })
})
