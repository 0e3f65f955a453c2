import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { orient } from './orientation.ts'

describe('orient', () => {
  const [width, height] = [3, 2]
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : i * 9))

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns orientation %i as libvips does', async (orientation) => {
    const tagged = await sharp(data, { raw: { width, height, channels: 4 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer()
    const { data: pixels, info } = await sharp(tagged).autoOrient().raw().toBuffer({ resolveWithObject: true })
    const oriented = orient({ width, height, data }, orientation)
    expect({ ...oriented, data: [...oriented.data] }).toEqual({
      width: info.width,
      height: info.height,
      data: [...pixels],
    })
  })
})
