import type { Box, Size } from '../../src/mockups/box.ts'
import { decodeDesign } from '../../src/mockups/design.ts'
import type { MockupKernels } from '../../src/mockups/mockup-kernels.ts'
import { boxOf, mapOf, seenSizesOf } from '../../src/mockups/surface.ts'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import type { Corners, Surface } from '../../src/shared/domain/mockup.ts'
import { distort } from './image-magick.ts'

/** How far a warp is from ImageMagick's. */
export interface Likeness {
  /** Peak signal to noise of premultiplied RGBA, over the box of the quad. */
  readonly decibels: number
  /** Within `EDGE` pixels of the edge of what is seen, over black and over white: of 255. */
  readonly edgeMean: number
  readonly edge99: number
}

const EDGE = 2
const MARGIN = 3

/** Quads whose size is `designSize` times 0.1 to 1, turned, sheared, opposite sides at most 2 : 1. */
export function drawQuads(count: number, { width, height }: Size): Corners[] {
  return Array.from({ length: count }, (_, i) => {
    const random = mulberry32(i)
    const scale = count === 1 ? 0.5 : 0.1 * 10 ** (i / (count - 1))
    const [w, h] = [(width * scale) / 2, (height * scale) / 2]
    const angle = (random() - 0.5) * 1.6
    const narrow = 0.5 + 0.5 * random()
    const shear = (random() - 0.5) * 0.4
    const isUpright = random() < 0.5
    const place = (x: number, y: number): readonly [number, number] => {
      const by = (isUpright ? y : x) < 0 ? narrow : 1
      const [px, py] = isUpright ? [x * by * w + shear * y * w, y * h] : [x * w, y * by * h + shear * x * h]
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      return [1000 + px * cos - py * sin, 1000 + px * sin + py * cos]
    }
    return [place(-1, -1), place(1, -1), place(1, 1), place(-1, 1)]
  })
}

/** Draws the design in the quad here and with ImageMagick. */
export async function compareWarps(
  path: string,
  size: Size,
  corners: Corners,
  kernels: MockupKernels,
): Promise<Likeness> {
  const surface: Surface = { kind: 'quad', corners }
  const box = boxOf(surface, { width: 4000, height: 4000 }, MARGIN)
  kernels.hold(await decodeDesign(path, seenSizesOf(surface)))
  return likeness(kernels.warped(mapOf(surface, box)), premultiplied(await distort(path, size, corners, box)), box)
}

function likeness(ours: Uint8Array, theirs: Uint8Array, { width, height }: Box): Likeness {
  let squares = 0
  const atEdge: number[] = []
  const alphaAt = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (theirs[(y * width + x) * 4 + 3] ?? 0)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4
      const of = (pixels: Uint8Array, channel: number): number => pixels[at + channel] ?? 0
      const alphaOff = of(ours, 3) - of(theirs, 3)
      for (const channel of [0, 1, 2, 3]) squares += (of(ours, channel) - of(theirs, channel)) ** 2
      if (!isAtEdge(alphaAt, x, y)) continue
      const off = [0, 1, 2].map((channel) => of(ours, channel) - of(theirs, channel))
      atEdge.push(Math.max(...off.flatMap((value) => [Math.abs(value), Math.abs(value - alphaOff)])))
    }
  atEdge.sort((a, b) => a - b)
  return {
    decibels: 10 * Math.log10(255 ** 2 / Math.max(squares / theirs.length, 1e-9)),
    edgeMean: atEdge.reduce((sum, value) => sum + value, 0) / Math.max(1, atEdge.length),
    edge99: atEdge[Math.floor(atEdge.length * 0.99)] ?? 0,
  }
}

/** Is there both, what is more seen than not and what is less, within so many pixels? */
function isAtEdge(alphaAt: (x: number, y: number) => number, x: number, y: number): boolean {
  const isSolid = alphaAt(x, y) >= 128
  for (let dy = -EDGE; dy <= EDGE; dy++)
    for (let dx = -EDGE; dx <= EDGE; dx++) if (alphaAt(x + dx, y + dy) >= 128 !== isSolid) return true
  return false
}

function premultiplied(rgba: Uint8Array): Uint8Array {
  return rgba.map((value, i) => (i % 4 === 3 ? value : Math.round((value * (rgba[i - (i % 4) + 3] ?? 0)) / 255)))
}
