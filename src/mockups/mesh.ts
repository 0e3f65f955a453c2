import { bernstein, weighted } from '../shared/domain/bezier.ts'
import type { Point } from '../shared/domain/mockup.ts'
import type { Box } from './box.ts'

/** A patch is drawn as flat pieces of about so many pixels: on a cup of 400 pixels radius they are 0.01 beside it. */
const PIECE = 6
const MAX_PIECES = 256
/** Beyond its edge it goes on for so many pixels, for the edge to be smooth. */
const BEYOND = 4

/** A node of the pieces: where it is on the picture, and in the design. */
interface Node {
  readonly x: number
  readonly y: number
  readonly u: number
  readonly v: number
}

/** Where a bicubic Bezier patch of 4 x 4 control points, row by row, has (u, v). */
export function meshPoint(points: readonly Point[], u: number, v: number): Point {
  return weighted(points, bernstein(u).values, bernstein(v).values)
}

/** Writes for each pixel of the box, and of the rim of one around it, where in the design it lies. */
export function drawMesh(points: readonly Point[], box: Box, uv: Float32Array): void {
  const nodes = nodesOf(points)
  const pieces = nodes.slice(1).flatMap((below, row) =>
    below.slice(1).map((opposite, column) => ({
      corners: [nodes[row]?.[column], nodes[row]?.[column + 1], opposite, below[column]] as const,
      isBeyond: row === 0 || column === 0 || row === nodes.length - 2 || column === below.length - 2,
    })),
  )
  // What lies beyond the edge may turn back over the patch where that is bent away from who looks: the patch covers it.
  for (const beyond of [true, false])
    for (const { corners, isBeyond } of pieces) {
      const [a, b, c, d] = corners
      if (isBeyond !== beyond || a === undefined || b === undefined || d === undefined) continue
      drawTriangle(a, b, c, box, uv)
      drawTriangle(a, c, d, box, uv)
    }
}

function nodesOf(points: readonly Point[]): readonly (readonly Node[])[] {
  const [us, vs] = [parts(longestRun(points, 1, 4)), parts(longestRun(points, 4, 1))]
  return vs.map((v) =>
    us.map((u) => {
      const [x, y] = meshPoint(points, u, v)
      return { x, y, u, v }
    }),
  )
}

/** From 0 to 1, and a little before and behind. */
function parts(length: number): readonly number[] {
  const pieces = Math.min(MAX_PIECES, Math.max(4, Math.ceil(length / PIECE)))
  const beyond = Math.min(0.25, BEYOND / Math.max(1, length))
  return [-beyond, ...Array.from({ length: pieces + 1 }, (_, i) => i / pieces), 1 + beyond]
}

/** The length of the longest row, or column, of control points: no shorter than the curve. */
function longestRun(points: readonly Point[], step: number, next: number): number {
  const runs = [0, 1, 2, 3].map((run) =>
    [0, 1, 2].reduce((sum, i) => {
      const [ax, ay] = points[run * next + i * step] ?? [0, 0]
      const [bx, by] = points[run * next + (i + 1) * step] ?? [0, 0]
      return sum + Math.hypot(bx - ax, by - ay)
    }, 0),
  )
  return Math.max(...runs)
}

function drawTriangle(a: Node, b: Node, c: Node, { left, top, width, height }: Box, uv: Float32Array): void {
  const area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
  if (area === 0) return
  const fromX = Math.max(-1, Math.ceil(Math.min(a.x, b.x, c.x) - left - 0.5))
  const toX = Math.min(width, Math.floor(Math.max(a.x, b.x, c.x) - left - 0.5))
  const fromY = Math.max(-1, Math.ceil(Math.min(a.y, b.y, c.y) - top - 0.5))
  const toY = Math.min(height, Math.floor(Math.max(a.y, b.y, c.y) - top - 0.5))
  for (let row = fromY; row <= toY; row++) {
    for (let column = fromX; column <= toX; column++) {
      const [x, y] = [left + column + 0.5 - a.x, top + row + 0.5 - a.y]
      const ofB = (x * (c.y - a.y) - y * (c.x - a.x)) / area
      const ofC = (y * (b.x - a.x) - x * (b.y - a.y)) / area
      // Edges belong to both sides, which say the same there.
      if (ofB < -1e-9 || ofC < -1e-9 || ofB + ofC > 1 + 1e-9) continue
      const at = ((row + 1) * (width + 2) + column + 1) * 2
      uv[at] = a.u + ofB * (b.u - a.u) + ofC * (c.u - a.u)
      uv[at + 1] = a.v + ofB * (b.v - a.v) + ofC * (c.v - a.v)
    }
  }
}
