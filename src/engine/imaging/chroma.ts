import { CHROMA_SIDE } from '../signature.ts'
import type { PixelKernels } from './pixel-kernels.ts'
import type { Box } from './raster.ts'

/** Pixels looked at along each side of a cell. */
const SAMPLES = 16

/** Mean blue and red difference (Cb, Cr of JPEG, -128 to 127) of 6 x 6 equal cells of a part of the picture that was shrunk
 *  last. What is not to be seen has no colour, as any grey ground behind it. */
export function chromaOf(kernels: PixelKernels, part: Box): Int8Array {
  const sums = kernels.chromaSums(part, CHROMA_SIDE, SAMPLES)
  return Int8Array.from(sums, (sum) => Math.min(127, Math.round(sum / SAMPLES ** 2)))
}
