import { describe, expect, it } from 'vitest'
import { contentBox, type Raster } from './raster.ts'

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
