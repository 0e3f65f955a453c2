import type { Corners } from '../shared/domain/mockup.ts'

/** A projective mapping of the plane: nine numbers, row by row. */
export type Matrix = readonly number[]

/** The mapping of the unit square to four corners, clockwise from (0, 0): Heckbert 1989. Positive below the line within the
 *  corners where they are convex. */
export function homographyOf([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Corners): Matrix {
  const [acrossX, acrossY] = [x1 - x2, y1 - y2]
  const [downX, downY] = [x3 - x2, y3 - y2]
  const [sumX, sumY] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const area = acrossX * downY - acrossY * downX
  const g = (sumX * downY - sumY * downX) / area
  const h = (acrossX * sumY - acrossY * sumX) / area
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
}

/** The mapping back; below the line it is positive on the side of the horizon on which (0, 0) came from. */
export function invert([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  const back = [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f]
  return [...back, d * h - e * g, b * g - a * h, a * e - b * d].map((value) => value / determinant)
}

export function project([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0]: Matrix, x: number, y: number) {
  const w = g * x + h * y + i
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w] as const
}
