import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import goldens from '../../../test/support/goldens/goldens.json' with { type: 'json' }
import { createPixelKernels } from './pixel-kernels.ts'
import type { Box, Raster } from './raster.ts'

const kernels = createPixelKernels()

const rasters = fc
  .record({ width: fc.integer({ min: 1, max: 70 }), height: fc.integer({ min: 1, max: 70 }), seed: fc.nat() })
  .map(({ width, height, seed }): Raster => {
    const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => Math.imul(i + seed, 2654435761) >>> 24)
    // Long and short runs of clear and of opaque pixels, as artwork has them.
    for (let i = 3; i < data.length; i += 4) {
      const run = Math.floor(i / 116) % 4
      if (run < 2 || i % 7 < 3) data[i] = run === 0 || (run > 1 && i % 2 === 0) ? 0 : 255
    }
    return { width, height, data }
  })

/** An opaque grey picture: its luma is what it was made of. */
function grey(width: number, height: number, luma: Uint8Array): Raster {
  return {
    width,
    height,
    data: Uint8Array.from({ length: luma.length * 4 }, (_, i) => (i % 4 < 3 ? luma[i >> 2] : 255) ?? 0),
  }
}

/** The same picture as `noise` of test/support/goldens/reference.py. */
function noise(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return (x * x * 7 + y * y * 13 + x * y * 3 + Math.floor(x / 5) * 40) % 256
  })
}

/** How much of each of `size` pixels lies in part `index` of `parts`. */
function shares(size: number, parts: number, index: number): number[] {
  const [from, end] = [(index * size) / parts, ((index + 1) * size) / parts]
  return Array.from({ length: size }, (_, i) => Math.max(0, Math.min(end, i + 1) - Math.max(from, i)))
}

/** The sum of `value` over one cell of a grid, a pixel on a border counted by its share. */
function cell(
  { width, height }: Raster,
  [columns, rows]: readonly [number, number],
  [column, row]: readonly [number, number],
  value: (pixel: number) => number,
): number {
  const [across, down] = [shares(width, columns, column), shares(height, rows, row)]
  return down.reduce(
    (sum, dy, y) => sum + across.reduce((inner, dx, x) => inner + dx * dy * value(y * width + x), 0),
    0,
  )
}

function pixelsOf({ width, data }: Raster, box: Box): number[][] {
  return Array.from({ length: box.width * box.height }, (_, i) => {
    const [x, y] = [box.left + (i % box.width), box.top + Math.floor(i / box.width)]
    return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)]
  })
}

/** Some luma of the raster's size, held by the kernels. */
function holdAsLuma({ width, height, data }: Raster): Uint8Array {
  const luma = data.subarray(0, width * height)
  kernels.hold(grey(width, height, luma))
  kernels.luma(255)
  return luma
}

describe('resized', () => {
  it.each(goldens.resizes)('gives the very pixels of PIL, from $from to $to', ({ from, to, pixels }) => {
    const [width = 0, height = 0] = from
    const [toWidth = 0, toHeight = 0] = to
    kernels.hold(grey(width, height, noise(width, height)))
    kernels.luma(255)
    expect([...kernels.resized(toWidth, toHeight)]).toEqual(pixels)
  })

  it('keeps one tone one tone, so that blank pictures hash alike', () => {
    kernels.hold(grey(37, 91, new Uint8Array(37 * 91).fill(255)))
    kernels.luma(255)
    expect(new Set(kernels.resized(9, 8))).toEqual(new Set([255]))
  })
})

describe('deviation', () => {
  it('is what a plain count of the composited pixels says', () => {
    fc.assert(
      fc.property(rasters, fc.constantFrom(0, 255), (raster, ground) => {
        const { width, height } = raster
        const box = { left: width >> 2, top: height >> 2, width: width - (width >> 2), height: height - (height >> 2) }
        kernels.hold(raster)
        kernels.luma(ground)
        const values = pixelsOf(raster, box).map(([red = 0, green = 0, blue = 0, alpha = 0]) => {
          const over = (value: number): number => Math.floor((value * alpha + ground * (255 - alpha) + 127) / 255)
          return Math.floor((over(red) * 19595 + over(green) * 38470 + over(blue) * 7471 + 0x8000) / 65536)
        })
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
        expect(kernels.deviation(box)).toBeCloseTo(Math.sqrt(variance), 6)
      }),
    )
  })
})

describe('cellMeans', () => {
  it('shares a pixel on a border between both cells by area, whatever the size', () => {
    fc.assert(
      fc.property(rasters, fc.constantFrom(2, 8, 24), (raster, side) => {
        const luma = holdAsLuma(raster)
        const means = kernels.cellMeans(side)
        const at = [side - 1, side >> 1] as const
        const area = luma.length / side ** 2
        expect((means[at[1] * side + at[0]] ?? 0) * area).toBeCloseTo(
          cell(raster, [side, side], at, (pixel) => luma[pixel] ?? 0),
          6,
        )
        // Nothing is lost or counted twice.
        const total = luma.reduce((sum, value) => sum + value, 0)
        expect(means.reduce((sum, value) => sum + value, 0) * area).toBeCloseTo(total, 3)
      }),
    )
  })
})

describe('ink, rim and frame', () => {
  it('add up what differs from the ground, by row and by column', () => {
    fc.assert(
      fc.property(rasters, fc.nat({ max: 255 }), fc.nat({ max: 20 }), (raster, ground, noise) => {
        const { width, height } = raster
        const luma = holdAsLuma(raster)
        const differences = Array.from(luma, (value) => Math.abs(value - ground)).map((d) => (d > noise ? d : 0))
        const sum = (belongs: (i: number) => boolean): number =>
          differences.reduce((all, d, i) => (belongs(i) ? all + d : all), 0)
        const { rows, columns } = kernels.ink(ground, noise)
        expect([...rows]).toEqual(Array.from({ length: height }, (_, y) => sum((i) => Math.floor(i / width) === y)))
        expect([...columns]).toEqual(Array.from({ length: width }, (_, x) => sum((i) => i % width === x)))
      }),
      { numRuns: 30 },
    )
  })

  it('add up columns of any length', () => {
    const [width, height] = [21, 700]
    kernels.hold(grey(width, height, new Uint8Array(width * height).fill(255)))
    kernels.luma(255)
    expect([...kernels.ink(0, 0).columns]).toEqual(Array(width).fill(255 * height))
  })

  it('leave the luma of the box, and of nothing else', () => {
    fc.assert(
      fc.property(rasters, (raster) => {
        const luma = holdAsLuma(raster)
        const [left, top] = [raster.width >> 1, raster.height >> 1]
        const box = { left, top, width: raster.width - left, height: raster.height - top }
        kernels.frame(box)
        const inner = Uint8Array.from({ length: box.width * box.height }, (_, i) => {
          const [x, y] = [left + (i % box.width), top + Math.floor(i / box.width)]
          return luma[y * raster.width + x] ?? 0
        })
        const framed = kernels.cellMeans(8)
        const rim = [...kernels.rim()].sort()
        kernels.hold(grey(box.width, box.height, inner))
        kernels.luma(255)
        expect(framed).toEqual(kernels.cellMeans(8))
        expect(rim).toEqual([...kernels.rim()].sort())
      }),
    )
  })
})

describe('shrunk', () => {
  it('is the area mean, colours weighted by their alpha', () => {
    fc.assert(
      fc.property(rasters, fc.integer({ min: 1, max: 40 }), (raster, side) => {
        kernels.hold(raster)
        const { width, height, data } = kernels.shrunk(side)
        expect(Math.max(width, height)).toBe(Math.min(side, Math.max(raster.width, raster.height)))
        const at = [width - 1, height >> 1] as const
        const sum = (value: (pixel: number) => number): number => cell(raster, [width, height], at, value)
        const byte = (pixel: number, channel: number): number => raster.data[pixel * 4 + channel] ?? 0
        const alpha = sum((pixel) => byte(pixel, 3))
        const area = (raster.width / width) * (raster.height / height)
        const colours = [0, 1, 2].map((channel) =>
          alpha === 0 ? 0 : sum((pixel) => byte(pixel, channel) * byte(pixel, 3)) / alpha,
        )
        const found = [...data.subarray((at[1] * width + at[0]) * 4)].slice(0, 4)
        const isSame = raster.width === width && raster.height === height
        if (isSame) expect(data).toEqual(raster.data)
        else
          for (const [i, value] of [...colours, alpha / area].entries())
            expect(Math.abs((found[i] ?? 0) - value)).toBeLessThan(0.501)
      }),
    )
  })
})

it('one picture leaves nothing behind for the next', () => {
  const small = grey(5, 4, noise(5, 4))
  const fresh = createPixelKernels()
  fresh.hold(small)
  fresh.luma(255)
  kernels.hold(grey(900, 800, noise(900, 800)))
  kernels.luma(255)
  kernels.resized(32, 32)
  kernels.hold(small)
  kernels.luma(255)
  expect(kernels.resized(9, 8)).toEqual(fresh.resized(9, 8))
  expect(kernels.cellMeans(24)).toEqual(fresh.cellMeans(24))
})

/** A transparent raster with faint pixels at the given places. */
function withPixels(width: number, height: number, places: readonly (readonly [number, number])[]): Raster {
  const data = new Uint8Array(width * height * 4)
  for (const [x, y] of places) data.set([x, y, 0, 1], (y * width + x) * 4)
  return { width, height, data }
}

function contentOf(raster: Raster): Box | null {
  kernels.hold(raster)
  return kernels.content()
}

describe('visible', () => {
  it('hands over the pixels of the box, in pieces where they are many, without colours that are not seen', () => {
    // Over 256 KB
    const tall = fc.constant<Raster>({
      width: 90,
      height: 900,
      data: new Uint8Array(90 * 900 * 4).map((_, i) => i % 251),
    })
    fc.assert(
      fc.property(fc.oneof(rasters, tall), (raster) => {
        const { width, height } = raster
        const box = { left: width >> 3, top: height >> 3, width: width - (width >> 2), height: height - (height >> 2) }
        kernels.hold(raster)
        const pieces: Uint8Array[] = []
        kernels.visible(box, (pixels) => pieces.push(pixels.slice()))
        const expected = pixelsOf(raster, box).flatMap((pixel) => (pixel[3] === 0 ? [0, 0, 0, 0] : pixel))
        expect(Buffer.concat(pieces).equals(Uint8Array.from(expected))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

describe('content', () => {
  it('holds the faintest pixels on every side, whichever row they are in', () => {
    const box = contentOf(
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
      contentOf(
        withPixels(3, 2, [
          [0, 0],
          [2, 1],
        ]),
      ),
    ).toEqual({ left: 0, top: 0, width: 3, height: 2 })
  })

  it('is none for a picture that is transparent all over', () => {
    expect(contentOf(withPixels(5, 5, []))).toBeNull()
  })
})
