import { describe, expect, it } from 'vitest'
import { contentBox, crop, type Raster } from './raster.ts'

/** A transparent raster with faint pixels at the given places. */
function withPixels(width: number, height: number, places: readonly (readonly [number, number])[]): Raster {
  const data = new Uint8Array(width * height * 4)
  for (const [x, y] of places) data.set([x, y, 0, 1], (y * width + x) * 4)
  return { width, height, data }
}

describe('contentBox', () => {
  it('holds the faintest pixels on every side, whichever row they are in', () => {
    const box = contentBox(
      withPixels(9, 7, [
        [4, 1],
        [2, 3],
        [7, 4],
        [5, 5],
      ]),
    )
    expect(box).toEqual({ left: 2, top: 1, width: 6, height: 5 })
  })

  it('is the whole picture when its corners are drawn on', () => {
    expect(
      contentBox(
        withPixels(3, 2, [
          [0, 0],
          [2, 1],
        ]),
      ),
    ).toEqual({ left: 0, top: 0, width: 3, height: 2 })
  })

  it('is none for a picture that is transparent all over', () => {
    expect(contentBox(withPixels(5, 5, []))).toBeNull()
  })
})

describe('crop', () => {
  it('takes the pixels of the box and no others', () => {
    const raster = withPixels(
      4,
      4,
      Array.from({ length: 16 }, (_, i) => [i % 4, i >> 2] as const),
    )
    const { width, height, data } = crop(raster, { left: 1, top: 2, width: 2, height: 2 })
    expect({ width, height, data: [...data] }).toEqual({
      width: 2,
      height: 2,
      data: [1, 2, 0, 1, 2, 2, 0, 1, 1, 3, 0, 1, 2, 3, 0, 1],
    })
  })
})
