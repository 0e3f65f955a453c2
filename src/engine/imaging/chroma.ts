import { CHROMA_SIDE } from '../similarity/signature.ts'
import type { Box, Raster } from './raster.ts'

/** Pixels looked at along each side of a cell. */
const SAMPLES = 16

/** Mean blue and red difference (Cb, Cr of JPEG, -128 to 127) of 6 x 6 equal cells of a part of the picture. What is not
 *  to be seen has no colour, as any grey ground behind it. */
export function chromaOf({ width, height, data }: Raster, { left, top, width: across, height: down }: Box): Int8Array {
  const sums = new Float64Array(CHROMA_SIDE * CHROMA_SIDE * 2)
  const side = CHROMA_SIDE * SAMPLES
  for (let j = 0; j < side; j++) {
    const row = Math.min(height - 1, Math.floor(top + ((j + 0.5) / side) * down)) * width
    for (let i = 0; i < side; i++) {
      const pixel = (row + Math.min(width - 1, Math.floor(left + ((i + 0.5) / side) * across))) * 4
      const [red, green, blue] = [data[pixel] ?? 0, data[pixel + 1] ?? 0, data[pixel + 2] ?? 0]
      const seen = (data[pixel + 3] ?? 0) / 255
      const cell = (Math.floor(j / SAMPLES) * CHROMA_SIDE + Math.floor(i / SAMPLES)) * 2
      sums[cell] = (sums[cell] ?? 0) + seen * (-0.168736 * red - 0.331264 * green + 0.5 * blue)
      sums[cell + 1] = (sums[cell + 1] ?? 0) + seen * (0.5 * red - 0.418688 * green - 0.081312 * blue)
    }
  }
  return Int8Array.from(sums, (sum) => Math.min(127, Math.round(sum / SAMPLES ** 2)))
}
