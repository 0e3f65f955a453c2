import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMockupKernels } from '../../src/mockups/mockup-kernels.ts'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { compareWarps, drawQuads } from '../support/mockup-quality.ts'

/** A few of those of `npm run bench -- mockups`. */
const SIZE = { width: 600, height: 720 }
const DESIGNS = [0, 1, 3]
const QUADS = 4

test("a design in perspective loses detail, jags or has a fringe, beside ImageMagick's", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-mockups-'))
  const path = join(folder, 'design.png')
  const kernels = createMockupKernels()
  try {
    for (const seed of DESIGNS) {
      await writeFile(path, await drawDesign(seed, SIZE))
      for (const corners of drawQuads(QUADS, SIZE)) {
        const { decibels, edgeMean, edge99 } = await compareWarps(path, SIZE, corners, kernels)
        expect(decibels).toBeGreaterThanOrEqual(45)
        expect(edgeMean).toBeLessThanOrEqual(3)
        expect(edge99).toBeLessThanOrEqual(16)
      }
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
