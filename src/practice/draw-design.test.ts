import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { drawDesign } from './draw-design.ts'

const size = { width: 200, height: 240 }
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('drawDesign', () => {
  it('draws the same bytes for the same seed, so that a second run of the demo finds exact duplicates', async () => {
    for (const seed of [0, 1, 2, 3, 4])
      expect(digest(await drawDesign(seed, size))).toBe(digest(await drawDesign(seed, size)))
  })

  it('makes a PNG of the size asked for with something opaque on a transparent ground', async () => {
    for (const seed of [0, 1, 2, 3, 4]) {
      const picture = sharp(await drawDesign(seed, size))
      const { format, width, height, hasAlpha } = await picture.metadata()
      expect({ format, width, height, hasAlpha }).toEqual({ format: 'png', ...size, hasAlpha: true })
      const alpha = (await picture.stats()).channels[3]
      expect(alpha?.min).toBe(0)
      expect(alpha?.max).toBe(255)
    }
  })

  it('refuses sizes that would end the process', async () => {
    await expect(drawDesign(1, { width: 100_000, height: 10 })).rejects.toThrow(RangeError)
  })
})
