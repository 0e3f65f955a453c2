import { expect, test } from 'vitest'
import { isRecoloured } from '../similarity/colour.ts'
import { chromaOf } from './chroma.ts'
import { createPixelKernels } from './pixel-kernels.ts'
import type { Box, Raster } from './raster.ts'

type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

function painted(width: number, height: number, at: (x: number, y: number) => Rgba): Raster {
  const pixels = Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)))
  return { width, height, data: Uint8Array.from(pixels.flat()) }
}

const kernels = createPixelKernels()

function chromaIn(raster: Raster, part: Box): Int8Array {
  kernels.hold(raster)
  kernels.shrunk(Math.max(raster.width, raster.height))
  return chromaOf(kernels, part)
}

const whole = (raster: Raster): Int8Array => chromaIn(raster, { left: 0, top: 0, ...raster })
/** Stripes on a transparent ground. */
const stripes = (colour: Rgba, width = 90): Raster =>
  painted(width, 60, (x) => (Math.floor((x * 12) / width) % 2 === 0 ? colour : [255, 255, 255, 0]))

const RED: Rgba = [220, 40, 30, 255]

test('is that of JPEG, cell by cell', () => {
  const halves = painted(60, 60, (x) => (x < 30 ? [255, 0, 0, 255] : [0, 0, 255, 255]))
  const chroma = whole(halves)
  expect([...chroma.subarray(0, 2)]).toEqual([-43, 127])
  expect([...chroma.subarray(10, 12)]).toEqual([127, -21])
})

test.each<[what: string, other: Raster, isOther: boolean]>([
  ['itself', stripes(RED), false],
  ['resized', stripes(RED, 300), false],
  ['a little darker', stripes([187, 34, 26, 255]), false],
  [
    'with a colour behind what is not to be seen',
    painted(90, 60, (x) => (Math.floor((x * 12) / 90) % 2 === 0 ? RED : [0, 255, 0, 0])),
    false,
  ],
  ['in green', stripes([30, 160, 40, 255]), true],
  ['in grey', stripes([86, 86, 86, 255]), true],
  ['in orange', stripes([220, 150, 30, 255]), true],
])('red stripes against red stripes %s', (_what, other, isOther) => {
  expect(isRecoloured(whole(stripes(RED)), whole(other))).toBe(isOther)
  expect(isRecoloured(whole(other), whole(stripes(RED)))).toBe(isOther)
})

test('the noise of grey pictures is no colour', () => {
  expect(isRecoloured(whole(stripes([90, 90, 90, 255])), whole(stripes([91, 89, 92, 255])))).toBe(false)
})

test('looks at the box alone, and may be as small as a pixel', () => {
  const spot = painted(50, 50, (x, y) => (x === 20 && y === 30 ? RED : [0, 0, 255, 255]))
  const chroma = chromaIn(spot, { left: 20, top: 30, width: 1, height: 1 })
  expect(new Set(chroma)).toEqual(new Set(whole(painted(1, 1, () => RED))))
})
