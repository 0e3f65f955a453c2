import { bmvbhash } from 'blockhash-core'
import { type Fingerprint, HASH_ALGORITHM_VERSION, type Matte } from '../../shared/domain/picture.ts'
import { areaMeans } from './area-means.ts'
import { deviation, flatten, lumaOver } from './flatten.ts'
import { ahash, dhash, phash, whash } from './hashes.ts'
import type { Luma, Raster } from './raster.ts'

/** Side of the luma signature that near duplicates are told by. */
const SIGNATURE_SIDE = 24
/** A picture whose luma varies less than this over white is looked at over black. */
const MIN_DEVIATION = 6
/** A signature that varies less than this is mostly rounding: no hash of it means anything. */
const MIN_SIGNATURE_DEVIATION = 2
const GROUND: Readonly<Record<Matte, number>> = { light: 255, dark: 0 }

/** Everything by which a picture is recognised, except the digest of its file. `trimmed` is the picture; `miniature`
 *  is the same made small. */
export function fingerprintOf(trimmed: Raster, miniature: Raster): Omit<Fingerprint, 'sha256'> {
  const { matte, luma } = onMatte(trimmed)
  const signature = Uint8Array.from(areaMeans(luma, SIGNATURE_SIDE, SIGNATURE_SIDE), Math.round)
  return {
    hashes: {
      phash: phash(luma),
      ahash: ahash(luma),
      dhash: dhash(luma),
      whash: whash(luma),
      blockhash: bmvbhash(flatten(miniature, GROUND[matte]), 8),
    },
    matte,
    luma: Buffer.from(signature).toString('base64'),
    lowVariance: deviation(signature) < MIN_SIGNATURE_DEVIATION,
    algorithmVersion: HASH_ALGORITHM_VERSION,
  }
}

/** White designs vanish on white: the ground is white, but black where a picture would be nearly blank on white and
 *  shows more on black. */
function onMatte(trimmed: Raster): { matte: Matte; luma: Luma } {
  const light = lumaOver(trimmed, GROUND.light)
  const shown = deviation(light.data)
  if (shown >= MIN_DEVIATION) return { matte: 'light', luma: light }
  const dark = lumaOver(trimmed, GROUND.dark)
  return deviation(dark.data) > shown ? { matte: 'dark', luma: dark } : { matte: 'light', luma: light }
}
