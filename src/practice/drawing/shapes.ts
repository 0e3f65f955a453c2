// Pieces of SVG. Lengths are in units of the 1000 x 1000 ground; angles in radians.

export interface Paint {
  readonly fill: string
  readonly stroke?: string
  readonly strokeWidth?: number
  readonly opacity?: number
}

const n = (value: number): string => value.toFixed(1)

function paintOf({ fill, stroke, strokeWidth = 10, opacity }: Paint): string {
  const line =
    stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${n(strokeWidth)}" stroke-linejoin="round"`
  return `fill="${fill}"${line}${opacity === undefined ? '' : ` opacity="${opacity}"`}`
}

export function circle(x: number, y: number, radius: number, paint: Paint): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" ${paintOf(paint)}/>`
}

/** `turn` is in degrees. */
export function ellipse(x: number, y: number, rx: number, ry: number, turn: number, paint: Paint): string {
  const place = `transform="translate(${n(x)} ${n(y)}) rotate(${n(turn)})"`
  return `<ellipse rx="${n(rx)}" ry="${n(ry)}" ${place} ${paintOf(paint)}/>`
}

export function polygon(points: readonly (readonly [number, number])[], paint: Paint): string {
  return `<polygon points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}" ${paintOf(paint)}/>`
}

export function path(d: string, paint: Paint): string {
  return `<path d="${d}" ${paintOf(paint)}/>`
}

/** Points of an outline that swings between two radii: a star, a scalloped edge, a gear. */
export function spiky(x: number, y: number, inner: number, outer: number, spikes: number, phase: number) {
  return Array.from({ length: spikes * 2 }, (_, i): [number, number] => {
    const angle = phase + (i * Math.PI) / spikes
    const radius = i % 2 === 0 ? outer : inner
    return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius]
  })
}

/** A leaf from (x, y) in the direction of `angle`. */
export function leaf(x: number, y: number, length: number, angle: number, paint: Paint): string {
  const at = (along: number, across: number): string =>
    `${n(x + Math.cos(angle) * along - Math.sin(angle) * across)} ${n(y + Math.sin(angle) * along + Math.cos(angle) * across)}`
  const half = length * 0.32
  return path(
    `M${at(0, 0)} Q${at(length * 0.5, half)} ${at(length, 0)} Q${at(length * 0.5, -half)} ${at(0, 0)}Z`,
    paint,
  )
}

/** A flower of `petals` petals. */
export function flower(x: number, y: number, radius: number, petals: number, phase: number, petal: Paint, eye: Paint) {
  const ring = Array.from({ length: petals }, (_, i) => {
    const angle = phase + (i * 2 * Math.PI) / petals
    const [px, py] = [x + Math.cos(angle) * radius * 0.62, y + Math.sin(angle) * radius * 0.62]
    return ellipse(px, py, radius * 0.45, radius * 0.28, (angle * 180) / Math.PI, petal)
  })
  return ring.join('') + circle(x, y, radius * 0.3, eye)
}

/** A curved stroke without a fill. */
export function stroke(d: string, colour: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${n(width)}" stroke-linecap="round"/>`
}

/** Shows `content` inside `outline` only; ids must differ within one drawing. */
export function clipped(id: string, outline: string, content: string): string {
  return `<clipPath id="${id}">${outline}</clipPath><g clip-path="url(#${id})">${content}</g>`
}
