import type { Brush } from './brush.ts'
import { circle, clipped, ellipse, flower, leaf, path, polygon, spiky, stroke } from './shapes.ts'

// Each motif places its parts freely over the ground: two of a kind must never pass for the same artwork.

/** An animal's head on a splash of colour. */
export function mascot(brush: Brush): string {
  const [x, y, r] = [brush.between(330, 670), brush.between(380, 650), brush.between(170, 300)]
  const line = { stroke: brush.colour(0), strokeWidth: 14 }
  const fur = { fill: brush.anyColour(), ...line }
  const inner = { fill: brush.colour(5), ...line }
  const spread = brush.between(0.5, 0.95)
  const earHeight = brush.between(0.5, 1.5)
  const ears = [-1, 1].map((side) => {
    const [ex, ey] = [x + side * r * spread, y - r * brush.between(0.6, 1)]
    const turn = side * brush.between(5, 45)
    return (
      ellipse(ex, ey, r * 0.36, r * earHeight * 0.6, turn, fur) +
      ellipse(ex, ey, r * 0.17, r * earHeight * 0.35, turn, inner)
    )
  })
  const eyes = [-1, 1].map((side) => {
    const [ex, ey] = [x + side * r * 0.38, y - r * brush.between(0, 0.3)]
    const size = r * brush.between(0.1, 0.22)
    return (
      circle(ex, ey, size, { fill: brush.colour(0) }) + circle(ex - size / 3, ey - size / 3, size / 3, { fill: '#fff' })
    )
  })
  const muzzle =
    ellipse(x, y + r * 0.42, r * brush.between(0.35, 0.6), r * 0.34, 0, inner) +
    ellipse(x, y + r * 0.25, r * 0.14, r * 0.1, 0, { fill: brush.colour(0) }) +
    stroke(
      `M${x - r * 0.2} ${y + r * 0.5} q${r * 0.2} ${r * brush.between(-0.1, 0.3)} ${r * 0.4} 0`,
      brush.colour(0),
      12,
    )
  return (
    splash(brush) +
    sprinkle(brush, 7) +
    ears.join('') +
    circle(x, y, r, fur) +
    eyes.join('') +
    muzzle +
    sprinkle(brush, 4)
  )
}

/** Flowers on curved stems. */
export function bouquet(brush: Brush): string {
  const rootX = brush.between(250, 750)
  const stems = Array.from({ length: brush.whole(4, 7) }, () => {
    const [x, y] = [brush.between(90, 910), brush.between(90, 650)]
    const [midX, midY] = [brush.between(200, 800), brush.between(y, 900)]
    const green = { fill: brush.colour(brush.whole(1, 2)) }
    const leaves = Array.from({ length: brush.whole(2, 4) }, () => {
      const t = brush.between(0.2, 0.8)
      const [lx, ly] = [mix(rootX, midX, x, t), mix(970, midY, y, t)]
      return leaf(lx, ly, brush.between(90, 260), brush.between(-Math.PI, 0.4), green)
    })
    const bloom = flower(
      x,
      y,
      brush.between(70, 190),
      brush.whole(5, 11),
      brush.between(0, 3),
      { fill: brush.colour(brush.whole(2, 5)), stroke: brush.colour(0), strokeWidth: 7 },
      { fill: brush.anyColour(), stroke: brush.colour(0), strokeWidth: 7 },
    )
    return stroke(`M${rootX} 970 Q${midX} ${midY} ${x} ${y}`, green.fill, 16) + leaves.join('') + bloom
  })
  return (brush.chance(0.4) ? splash(brush) : '') + stems.join('') + sprinkle(brush, 5)
}

/** A badge with a picture in its middle and a ribbon across it. */
export function badge(brush: Brush): string {
  const [x, y] = [brush.between(430, 570), brush.between(430, 570)]
  const outer = brush.between(330, 420)
  const rim = spiky(
    x,
    y,
    outer * brush.between(0.82, 0.96),
    outer,
    brush.pick([4, 5, 6, 8, 12, 20, 28]),
    brush.between(0, 3),
  )
  const middle = outer * brush.between(0.62, 0.78)
  const scene = clipped('middle', circle(x, y, middle, { fill: '#fff' }), hills(brush, brush.between(300, 480)))
  const ribbonY = brush.between(240, 780)
  const tilt = brush.between(-130, 130)
  const height = brush.between(70, 150)
  const ribbon = polygon(
    [
      [30, ribbonY - tilt],
      [970, ribbonY + tilt],
      [brush.between(880, 930), ribbonY + tilt + height / 2],
      [970, ribbonY + tilt + height],
      [30, ribbonY - tilt + height],
      [brush.between(70, 120), ribbonY - tilt + height / 2],
    ],
    { fill: brush.anyColour(), stroke: brush.colour(0), strokeWidth: 12 },
  )
  return (
    polygon(rim, { fill: brush.colour(brush.whole(1, 3)), stroke: brush.colour(0), strokeWidth: 14 }) +
    scene +
    circle(x, y, middle, { fill: 'none', stroke: brush.colour(5), strokeWidth: brush.between(8, 24) }) +
    sprinkle(brush, 4) +
    ribbon +
    sprinkle(brush, 5)
  )
}

/** A view with hills, sun and trees, cut out of the ground. */
export function landscape(brush: Brush): string {
  const frame = brush.pick([
    circle(500, 500, 470, { fill: '#fff' }),
    ellipse(500, 500, 480, brush.between(300, 420), brush.between(-60, 60), { fill: '#fff' }),
    polygon(spiky(500, 500, brush.between(330, 430), 490, brush.whole(3, 7), brush.between(0, 3)), { fill: '#fff' }),
    path('M60 120 Q500 20 940 120 V600 Q900 880 500 970 Q100 880 60 600Z', { fill: '#fff' }),
  ])
  return clipped('frame', frame, hills(brush, brush.between(120, 350)) + sprinkle(brush, 3)) + sprinkle(brush, 4)
}

/** Bold shapes thrown over the whole ground. */
export function confetti(brush: Brush): string {
  const shapes = Array.from({ length: brush.whole(9, 16) }, () => {
    const [x, y, size] = [brush.between(80, 920), brush.between(80, 920), brush.between(60, 230)]
    const paint = { fill: brush.anyColour(), stroke: brush.colour(0), strokeWidth: 9 }
    return brush.pick([
      () => circle(x, y, size * 0.8, paint),
      () => polygon(spiky(x, y, size * 0.5, size, 5, brush.between(0, 3)), paint),
      () => leaf(x, y, size * 2, brush.between(0, 6.3), paint),
      () => ellipse(x, y, size * 1.3, size * 0.35, brush.between(0, 180), paint),
      () => flower(x, y, size, brush.whole(5, 9), 0, paint, { fill: brush.colour(0) }),
      () => stroke(`M${x} ${y} q${size} ${-size} ${size * 1.5} 0 t${size} ${size}`, paint.fill, size / 4),
    ])()
  })
  return shapes.join('')
}

/** Sky, sun, three ranges of hills, trees; from the horizon down. */
function hills(brush: Brush, horizon: number): string {
  const sky = path('M0 0H1000V1000H0Z', { fill: brush.colour(brush.whole(3, 5)) })
  const sun = circle(brush.between(180, 820), brush.between(130, 420), brush.between(60, 190), {
    fill: brush.colour(brush.whole(2, 5)),
  })
  const ranges = [0, 1, 2].map((range) => {
    const base = horizon + range * brush.between(110, 200)
    const heights = Array.from({ length: 7 }, (_, i) => [i * 167, base + brush.between(-170, 170)] as const)
    return polygon([[0, 1000], ...heights, [1000, 1000]], {
      fill: brush.colour(2 - range),
      stroke: brush.colour(0),
      strokeWidth: 6,
    })
  })
  const trees = Array.from({ length: brush.whole(2, 6) }, () => {
    const [x, y, size] = [brush.between(120, 880), brush.between(560, 940), brush.between(70, 230)]
    return polygon(
      [
        [x - size / 2, y],
        [x, y - size * 1.6],
        [x + size / 2, y],
      ],
      { fill: brush.anyColour(), stroke: brush.colour(0), strokeWidth: 8 },
    )
  })
  return sky + sun + ranges.join('') + trees.join('')
}

/** A loose blob behind the artwork. */
function splash(brush: Brush): string {
  const [x, y] = [brush.between(350, 650), brush.between(350, 650)]
  const lobes = brush.whole(5, 11)
  const points = Array.from({ length: lobes }, (_, i): [number, number] => {
    const [angle, radius] = [(i * 2 * Math.PI) / lobes, brush.between(190, 480)]
    return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius]
  })
  return polygon(points, { fill: brush.anyColour(), opacity: brush.pick([0.55, 0.85, 1]) })
}

/** Stars and dots around the artwork. */
function sprinkle(brush: Brush, count: number): string {
  return Array.from({ length: count }, () => {
    const [x, y, size] = [brush.between(60, 940), brush.between(60, 940), brush.between(18, 75)]
    const paint = { fill: brush.anyColour(), stroke: brush.colour(0), strokeWidth: 6 }
    return brush.chance(0.5)
      ? circle(x, y, size * 0.7, paint)
      : polygon(spiky(x, y, size * 0.45, size, 5, brush.between(0, 3)), paint)
  }).join('')
}

/** A point of the quadratic curve a, b, c at t. */
function mix(a: number, b: number, c: number, t: number): number {
  return (1 - t) ** 2 * a + 2 * (1 - t) * t * b + t ** 2 * c
}
