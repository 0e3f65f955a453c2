import { type Fingerprint, HASH_ALGORITHM_VERSION, type Matte } from '../../shared/domain/picture.ts'
import { areaMeans } from './area-means.ts'
import { deviation, flatten, toLuma } from './flatten.ts'
import { pictureHashes } from './hashes.ts'
import type { Gray, Raster } from './raster.ts'

/** Side of the luma signature that near duplicates are told by. */
export const SIGNATURE_SIDE = 24
/** A picture whose luma varies less than this over white is looked at over black. */
const MIN_DEVIATION = 6
/** A signature that varies less than this is mostly rounding: no hash of it means anything. */
const MIN_SIGNATURE_DEVIATION = 2

/** Everything by which the trimmed picture is recognised, except the digest of its file. */
export function fingerprintOf(trimmed: Raster): Omit<Fingerprint, 'sha256'> {
  const { matte, flat, luma } = onMatte(trimmed)
  const signature = Uint8Array.from(areaMeans(luma, SIGNATURE_SIDE, SIGNATURE_SIDE), Math.round)
  return {
    hashes: pictureHashes(flat, luma),
    matte,
    luma: Buffer.from(signature).toString('base64'),
    lowVariance: deviation(signature) < MIN_SIGNATURE_DEVIATION,
    algorithmVersion: HASH_ALGORITHM_VERSION,
  }
}

/** White designs vanish on white: the ground is white, but black where that shows more of a picture that would be
 *  nearly blank. */
function onMatte(trimmed: Raster): { matte: Matte; flat: Raster; luma: Gray } {
  const light = on(trimmed, 'light', 255)
  const shown = deviation(light.luma.data)
  if (shown >= MIN_DEVIATION) return light
  const dark = on(trimmed, 'dark', 0)
  return deviation(dark.luma.data) > shown ? dark : light
}

function on(trimmed: Raster, matte: Matte, ground: number): { matte: Matte; flat: Raster; luma: Gray } {
  const flat = flatten(trimmed, ground)
  return { matte, flat, luma: toLuma(flat) }
}
