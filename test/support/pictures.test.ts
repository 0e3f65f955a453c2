import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resemblanceOf } from '../../src/engine/similarity/rule.ts'
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
    const near = prints.flatMap((a, i) =>
      prints.slice(0, i).flatMap((b, j) => (resemblanceOf(a, b, 'loose') ? [`${j} and ${i}`] : [])),
    )
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
