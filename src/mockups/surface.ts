import type { Corners, Point, Surface } from '../shared/domain/mockup.ts'
import type { Box, Size } from './box.ts'
import { drawMesh, meshPoint } from './mesh.ts'
import { homographyOf, invert, type Matrix, project } from './projection.ts'

/** Where in the design each pixel of a box lies, and each of the rim of one pixel around it: u and v, 0 to 1 across it, NaN
 *  where it cannot be said. */
export interface PlaceMap {
  readonly box: Box
  readonly uv: Float32Array
}

/** Patches are looked at so many times each way to find how large they are. */
const LOOKS = 16

/** The surface on a photo that is shown `scale` times as large. */
export function scaled(surface: Surface, scale: number): Surface {
  const at = ([x, y]: Point): Point => [x * scale, y * scale]
  switch (surface.kind) {
    case 'quad': {
      const [a, b, c, d] = surface.corners
      return { kind: 'quad', corners: [at(a), at(b), at(c), at(d)] }
    }
    case 'mesh':
      return { kind: 'mesh', points: surface.points.map(at) }
    case 'rectangle': {
      const { left, top, width, height } = surface
      return {
        kind: 'rectangle',
        left: left * scale,
        top: top * scale,
        width: width * scale,
        height: height * scale,
      }
    }
  }
}

/** The smallest box that holds what is seen of the surface with `margin` pixels around it, within a picture. */
export function boxOf(surface: Surface, picture: Size, margin: number): Box {
  const points = outlineOf(surface)
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  const left = Math.max(0, Math.floor(Math.min(...xs) - margin))
  const top = Math.max(0, Math.floor(Math.min(...ys) - margin))
  const right = Math.min(picture.width, Math.ceil(Math.max(...xs) + margin))
  const bottom = Math.min(picture.height, Math.ceil(Math.max(...ys) + margin))
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) }
}

/** How many pixels the design's width and height would take if all of it were as large as where it is seen largest, and as
 *  where it is seen smallest. */
export interface SeenSizes {
  readonly largest: Size
  readonly smallest: Size
}

export function seenSizesOf(surface: Surface): SeenSizes {
  return rangeOf(surface.kind === 'mesh' ? sizesOfMesh(surface.points) : sizesOfFlat(surface))
}

/** The sizes that hold for several surfaces. */
export function rangeOf(sizes: readonly Size[]): SeenSizes {
  const [widths, heights] = [sizes.map(({ width }) => width), sizes.map(({ height }) => height)]
  return {
    largest: { width: Math.max(...widths), height: Math.max(...heights) },
    smallest: { width: Math.min(...widths), height: Math.min(...heights) },
  }
}

export function mapOf(surface: Surface, box: Box): PlaceMap {
  const uv = new Float32Array((box.width + 2) * (box.height + 2) * 2).fill(Number.NaN)
  if (surface.kind === 'mesh') drawMesh(surface.points, box, uv)
  else drawQuad(invert(homographyOf(cornersOf(surface))), box, uv)
  return { box, uv }
}

const CORNERS: readonly Point[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
]

type Flat = Exclude<Surface, { kind: 'mesh' }>

function cornersOf(surface: Flat): Corners {
  if (surface.kind === 'quad') return surface.corners
  const { left, top, width, height } = surface
  return [
    [left, top],
    [left + width, top],
    [left + width, top + height],
    [left, top + height],
  ]
}

function outlineOf(surface: Surface): readonly Point[] {
  if (surface.kind !== 'mesh') return cornersOf(surface)
  return grid(LOOKS).map(([u, v]) => meshPoint(surface.points, u, v))
}

function grid(steps: number): Point[] {
  const at = Array.from({ length: steps + 1 }, (_, i) => i / steps)
  return at.flatMap((v) => at.map((u): Point => [u, v]))
}

function sizesOfFlat(surface: Flat): Size[] {
  const matrix = homographyOf(cornersOf(surface))
  const [a = 0, b = 0, , d = 0, e = 0, , g = 0, h = 0, i = 0] = matrix
  return CORNERS.map(([u, v]) => {
    const w = g * u + h * v + i
    const [x, y] = project(matrix, u, v)
    return {
      width: Math.hypot((a - x * g) / w, (d - y * g) / w),
      height: Math.hypot((b - x * h) / w, (e - y * h) / w),
    }
  })
}

function sizesOfMesh(points: readonly Point[]): Size[] {
  const step = 1 / LOOKS
  return grid(LOOKS - 1).map(([column, row]) => {
    const [u, v] = [column * (1 - step), row * (1 - step)]
    const [x, y] = meshPoint(points, u, v)
    const [rightX, rightY] = meshPoint(points, u + step, v)
    const [belowX, belowY] = meshPoint(points, u, v + step)
    return { width: Math.hypot(rightX - x, rightY - y) / step, height: Math.hypot(belowX - x, belowY - y) / step }
  })
}

/** What lies behind the horizon of the surface's plane stays NaN. */
function drawQuad(matrix: Matrix, { left, top, width, height }: Box, uv: Float32Array): void {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix
  let at = 0
  for (let y = top - 0.5; y < top + height + 1; y++) {
    for (let x = left - 0.5; x < left + width + 1; x++, at += 2) {
      const w = g * x + h * y + i
      if (w <= 0) continue
      uv[at] = (a * x + b * y + c) / w
      uv[at + 1] = (d * x + e * y + f) / w
    }
  }
}
