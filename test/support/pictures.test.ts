import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Fingerprint } from '../../src/shared/domain/picture.ts'
import { examineHere } from './examine-here.ts'
import { drawDesign, drawHeavyDesign } from './pictures.ts'

it('draws designs of 200 seeds of which none would be taken for another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-designs-'))
  try {
    const prints: Fingerprint[] = []
    for (let seed = 0; seed < 200; seed++) {
      const path = join(folder, `${seed}.png`)
      await writeFile(path, await drawDesign(seed, { width: 250, height: 300 }))
      const examined = await examineHere(path)
      if (!examined.ok) throw new Error(examined.failure.code)
      prints.push(examined.value.fingerprint)
    }
    const near = prints.flatMap((a, i) => prints.slice(0, i).flatMap((b, j) => (isNear(a, b) ? [`${j} and ${i}`] : [])))
    expect(near).toEqual([])
    expect(prints.some(({ lowVariance }) => lowVariance)).toBe(false)
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('draws heavy designs of about the weight asked for, so that a benchmark moves the bytes that it says', async () => {
  for (const seed of [0, 1]) {
    const megabytes = (await drawHeavyDesign(seed, 1)).length / 2 ** 20
    expect(megabytes).toBeGreaterThan(0.9)
    expect(megabytes).toBeLessThan(1.1)
  }
})

/** The duplicate rule: pHash or dHash within 8 bits, and luma that correlates at 0.93 or more. */
function isNear(a: Fingerprint, b: Fingerprint): boolean {
  const close = distance(a.hashes.phash, b.hashes.phash) <= 8 || distance(a.hashes.dhash, b.hashes.dhash) <= 8
  return close && correlation(Buffer.from(a.luma, 'base64'), Buffer.from(b.luma, 'base64')) >= 0.93
}

function distance(a: string, b: string): number {
  return [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length
}

function correlation(a: Uint8Array, b: Uint8Array): number {
  const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  const product = (x: Uint8Array, meanX: number, y: Uint8Array, meanY: number): number =>
    x.reduce((sum, value, i) => sum + (value - meanX) * ((y[i] ?? 0) - meanY), 0)
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB))
}
