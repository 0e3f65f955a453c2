import type { Box } from './box.ts'
import type { PlaceMap } from './surface.ts'

/** What leaves a pixel as bright, or where, it is. */
export const NEUTRAL = 128

/** A grey picture in which the mean of a photo's part is neutral: what is darker there is a shadow, or lies deeper. `cover`
 *  says which pixels count. */
export function reliefOf(grey: Uint8Array, cover: Uint8Array): Uint8Array {
  let [sum, count] = [0, 0]
  for (const [i, seen] of cover.entries()) {
    sum += seen * (grey[i] ?? 0)
    count += seen
  }
  const mean = sum / Math.max(1, count)
  return grey.map((value) => Math.min(255, Math.round((value * NEUTRAL) / Math.max(1, mean))))
}

/** The same picture with its contrast to neutral `strength` times as large, 0 to 1. */
export function weakened(relief: Uint8Array, strength: number): Uint8Array {
  return relief.map((value) => Math.round(NEUTRAL + (value - NEUTRAL) * strength))
}

/** The map with what it shows moved by the relief: by so many pixels where that is white. `relief` is that of the map's box. */
export function displaced({ box, uv }: PlaceMap, relief: Uint8Array, by: { across: number; down: number }): PlaceMap {
  const moved = new Float32Array(uv.length)
  const [columns, rows] = [box.width + 2, box.height + 2]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const deep = (reliefAt(relief, box, column - 1, row - 1) - NEUTRAL) / NEUTRAL
      const [x, y] = [column + deep * by.across, row + deep * by.down]
      const [left, top] = [clamp(Math.floor(x), columns - 2), clamp(Math.floor(y), rows - 2)]
      const at = (top * columns + left) * 2
      const to = (row * columns + column) * 2
      for (const part of [0, 1]) {
        const above = mix(uv[at + part], uv[at + part + 2], x - left)
        const below = mix(uv[at + part + columns * 2], uv[at + part + columns * 2 + 2], x - left)
        moved[to + part] = mix(above, below, y - top)
      }
    }
  }
  return { box, uv: moved }
}

function reliefAt(relief: Uint8Array, { width, height }: Box, x: number, y: number): number {
  return relief[clamp(y, height - 1) * width + clamp(x, width - 1)] ?? NEUTRAL
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value))
}

function mix(a = Number.NaN, b = Number.NaN, share: number): number {
  return a + (b - a) * share
}
