import type { Point } from './mockup.ts'

/** A cubic's weights of its four control points, and how fast they change. */
interface Weights {
  readonly values: readonly number[]
  readonly slopes: readonly number[]
}

/** Of a cubic Bezier curve at `t`. */
export function bernstein(t: number): Weights {
  const s = 1 - t
  return {
    values: [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t],
    slopes: [-3 * s * s, 3 * s * (s - 2 * t), 3 * t * (2 * s - t), 3 * t * t],
  }
}

/** The sum of 4 x 4 control points, row by row, by weights across and down. */
export function weighted(points: readonly Point[], across: readonly number[], down: readonly number[]): Point {
  let [x, y] = [0, 0]
  for (const [i, [px, py]] of points.entries()) {
    const weight = (across[i % 4] ?? 0) * (down[i >> 2] ?? 0)
    x += px * weight
    y += py * weight
  }
  return [x, y]
}
