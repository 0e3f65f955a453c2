import { bmvbhash } from 'blockhash-core'
import { type Fingerprint, HASH_ALGORITHM_VERSION, type Matte } from '../../shared/domain/picture.ts'
import { flatten } from './flatten.ts'
import { ahash, dhash, PHASH_SIZE, phash, whash } from './hashes.ts'
import type { PixelKernels } from './pixel-kernels.ts'
import type { Raster } from './raster.ts'

/** Side of the luma signature that near duplicates are told by; 8 x 8 means are sums of its cells. */
const SIGNATURE_SIDE = 24
const MEANS_SIDE = 8
/** A picture whose luma varies less than this over white is looked at over black. */
const MIN_DEVIATION = 6
/** A signature that varies less than this is mostly rounding: no hash of it means anything. */
const MIN_SIGNATURE_DEVIATION = 2
const GROUND: Readonly<Record<Matte, number>> = { light: 255, dark: 0 }

/** Everything by which the picture that `kernels` hold is recognised, except the digest of its file. `miniature` is the
 *  same made small. */
export function fingerprintOf(kernels: PixelKernels, pixels: number, miniature: Raster): Omit<Fingerprint, 'sha256'> {
  const matte = chooseMatte(kernels)
  const cells = kernels.cellSums(SIGNATURE_SIDE)
  const signature = Uint8Array.from(cells, (sum) => Math.round(sum / pixels))
  return {
    hashes: {
      phash: phash(kernels.resized(PHASH_SIZE, PHASH_SIZE)),
      ahash: ahash(kernels.resized(8, 8)),
      dhash: dhash(kernels.resized(9, 8)),
      whash: whash(coarser(cells)),
      blockhash: bmvbhash(flatten(miniature, GROUND[matte]), 8),
    },
    matte,
    luma: Buffer.from(signature).toString('base64'),
    lowVariance: deviation(signature) < MIN_SIGNATURE_DEVIATION,
    algorithmVersion: HASH_ALGORITHM_VERSION,
  }
}

/** White designs vanish on white: the ground is white, but black where a picture would be nearly blank on white and
 *  shows more on black. Leaves the luma over that ground. */
function chooseMatte(kernels: PixelKernels): Matte {
  const shown = kernels.luma(GROUND.light)
  if (shown >= MIN_DEVIATION || kernels.luma(GROUND.dark) > shown) return shown >= MIN_DEVIATION ? 'light' : 'dark'
  kernels.luma(GROUND.light)
  return 'light'
}

function coarser(cells: Float64Array): Float64Array {
  const means = new Float64Array(MEANS_SIDE * MEANS_SIDE)
  const part = SIGNATURE_SIDE / MEANS_SIDE
  cells.forEach((sum, i) => {
    const [row, column] = [Math.floor(i / SIGNATURE_SIDE), i % SIGNATURE_SIDE]
    const at = Math.floor(row / part) * MEANS_SIDE + Math.floor(column / part)
    means[at] = (means[at] ?? 0) + sum
  })
  return means
}

/** Standard deviation of the values. */
function deviation(values: Uint8Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
