import { bernstein, weighted } from './bezier.ts'
import type { Detail } from './detail.ts'
import type { Drawing, Point, Surface } from './mockup.ts'

/** Smaller, in square pixels, is no place for a design. */
const LEAST_AREA = 16
/** A patch is looked at so many times each way. */
const LOOKS = 16

/** Why a mockup cannot be drawn so; null when it can. */
export function faultOf({ photo, placements }: Pick<Drawing, 'photo' | 'placements'>): Detail | null {
  for (const [position, { surface }] of placements.entries()) {
    const what = faultOfSurface(surface, photo)
    if (what !== null) return { says: 'placement', number: position + 1, what }
  }
  return null
}

interface Size {
  readonly width: number
  readonly height: number
}

function faultOfSurface(surface: Surface, { width, height }: Size): Detail | null {
  const points = pointsOf(surface)
  const turns = turnsOf(surface)
  if (Math.max(...turns.map(Math.abs)) < LEAST_AREA) return { says: 'surface-empty' }
  // Where a patch bends away from who looks it has no area; it folds where it turns over.
  const slack = surface.kind === 'mesh' ? LEAST_AREA : 0
  const isFacing = turns.some((turn) => turn > slack)
  const isTurned = turns.some((turn) => turn < -slack)
  if (isFacing === isTurned) return { says: surface.kind === 'mesh' ? 'mesh-folds' : 'quad-twisted' }
  if (surface.kind === 'quad' && turns.some((turn) => Math.abs(turn) < LEAST_AREA)) return { says: 'quad-twisted' }
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  const isSeen = Math.max(...xs) > 0 && Math.max(...ys) > 0 && Math.min(...xs) < width && Math.min(...ys) < height
  return isSeen ? null : { says: 'off-photo' }
}

function pointsOf(surface: Surface): readonly Point[] {
  if (surface.kind === 'quad') return surface.corners
  if (surface.kind === 'mesh') return surface.points
  const { left, top, width, height } = surface
  return [
    [left, top],
    [left + width, top + height],
  ]
}

/** Areas that are spanned at each corner of a quad, and everywhere on a patch: positive where the design is seen from its
 *  front, negative where from its back. */
function turnsOf(surface: Surface): number[] {
  if (surface.kind === 'rectangle') return [surface.width * surface.height]
  if (surface.kind === 'mesh') return turnsOfMesh(surface.points)
  const { corners } = surface
  return corners.map(([x, y], i) => {
    const [beforeX, beforeY] = corners[(i + 3) % 4] ?? [0, 0]
    const [nextX, nextY] = corners[(i + 1) % 4] ?? [0, 0]
    return (x - beforeX) * (nextY - y) - (y - beforeY) * (nextX - x)
  })
}

function turnsOfMesh(points: readonly Point[]): number[] {
  const at = Array.from({ length: LOOKS + 1 }, (_, i) => bernstein(i / LOOKS))
  return at.flatMap((v) =>
    at.map((u) => {
      const [acrossX, acrossY] = weighted(points, u.slopes, v.values)
      const [downX, downY] = weighted(points, u.values, v.slopes)
      return acrossX * downY - acrossY * downX
    }),
  )
}
