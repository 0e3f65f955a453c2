import type { PixelKernels } from './pixel-kernels.ts'
import type { Box } from './raster.ts'

/** A rim of one tone, but for a part that the artwork may reach over, is ground. */
const RIM_SHARE = 0.75
const RIM_TOLERANCE = 12
/** What a JPEG leaves on an even ground, and the halo of a resize. */
const NOISE = 8
/** So much of the ink may lie outside on each side: a speck or a faint watermark must not move the frame. */
const OUTSIDE = 0.005

/** The box of the artwork in the luma that the kernels hold; null where no even ground lies around it. The same, but for a
 *  pixel, whatever the ground is called (transparent, white) and however much of it there is. */
export function frameOf(kernels: PixelKernels): Box | null {
  const rim = kernels.rim().sort()
  const ground = rim[rim.length >> 1] ?? 0
  const even = rim.filter((value) => Math.abs(value - ground) <= RIM_TOLERANCE).length
  if (even < RIM_SHARE * rim.length) return null
  const { rows, columns } = kernels.ink(ground, NOISE)
  const total = rows.reduce((sum, value) => sum + value, 0)
  if (total === 0) return null
  const [top, bottom] = span(rows, total)
  const [left, right] = span(columns, total)
  if (right - left === columns.length && bottom - top === rows.length) return null
  return { left, top, width: right - left, height: bottom - top }
}

/** Without what lies outside: from the first to behind the last. */
function span(ink: Uint32Array, total: number): readonly [from: number, end: number] {
  let [from, end] = [0, ink.length]
  for (let sum = ink[0] ?? 0; sum < OUTSIDE * total; sum += ink[from] ?? 0) from++
  for (let sum = ink[end - 1] ?? 0; sum < OUTSIDE * total; sum += ink[end - 1] ?? 0) end--
  return [from, Math.max(end, from + 1)]
}
