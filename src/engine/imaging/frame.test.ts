import { describe, expect, it } from 'vitest'
import { frameOf } from './frame.ts'
import { createPixelKernels } from './pixel-kernels.ts'
import type { Box } from './raster.ts'

const SIZE = { width: 120, height: 90 }
const ARTWORK: Box = { left: 30, top: 20, width: 50, height: 40 }

/** The box of what `paint` leaves on a ground, where it gives a luma at all. */
function frameOn(ground: number, paint: (x: number, y: number) => number | null): Box | null {
  const kernels = createPixelKernels()
  const { width, height } = SIZE
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const pixel = i >> 2
    return i % 4 === 3 ? 255 : (paint(pixel % width, Math.floor(pixel / width)) ?? ground)
  })
  kernels.hold({ width, height, data })
  kernels.luma(255)
  return frameOf(kernels)
}

const inside = ({ left, top, width, height }: Box, x: number, y: number): boolean =>
  x >= left && x < left + width && y >= top && y < top + height
const artwork = (x: number, y: number): number | null => (inside(ARTWORK, x, y) ? (x * 37 + y * 11) % 120 : null)

describe('frameOf', () => {
  it.each([255, 250, 200])('finds the artwork on a ground of %i', (ground) => {
    expect(frameOn(ground, artwork)).toEqual(ARTWORK)
  })

  it('is not moved by what a JPEG leaves on the ground, nor by a speck', () => {
    expect(frameOn(250, (x, y) => artwork(x, y) ?? 250 + ((x * 7 + y * 13) % 6))).toEqual(ARTWORK)
    expect(frameOn(255, (x, y) => (x === 110 && y < 2 ? 0 : artwork(x, y)))).toEqual(ARTWORK)
  })

  it('finds artwork that reaches over a part of the rim', () => {
    const wide = { left: 0, top: 20, width: 120, height: 40 }
    expect(frameOn(255, (x, y) => (inside(wide, x, y) ? (x * 37 + y * 11) % 120 : null))).toEqual(wide)
  })

  it('is none for a picture without an even ground around, a blank one, and one without room', () => {
    expect(frameOn(255, (x, y) => (x * 37 + y * 11) % 256)).toBeNull()
    expect(frameOn(255, () => null)).toBeNull()
    const all = (x: number, y: number): number | null => ((x + y) % 12 === 0 ? 100 : null)
    expect(frameOn(255, all)).toBeNull()
  })
})
