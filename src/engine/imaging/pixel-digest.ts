import { createHash } from 'node:crypto'
import type { Pixels } from '../../shared/domain/picture.ts'
import type { Header } from './header.ts'
import type { Box, Raster } from './raster.ts'

const DIGEST_BYTES = 16

/** What `box` holds of a decoded picture, digested: equal for two files of one picture. The colour behind a pixel that is
 *  not to be seen does not count; a colour profile does, because it changes what is printed. */
export function pixelsOf({ width, data }: Raster, box: Box, { info, colourProfile }: Header): Pixels {
  const isShrunk = width < info.width
  const hash = createHash('sha256')
  hash.update(`${box.width}x${box.height}${isShrunk ? ` of ${info.width}x${info.height}` : ''}\n`)
  if (colourProfile !== null) hash.update(colourProfile)
  const pixels = new Uint32Array(data.buffer, data.byteOffset, data.length / 4)
  const row = new Uint32Array(box.width)
  for (let y = box.top; y < box.top + box.height; y++) {
    const at = y * width + box.left
    for (let x = 0; x < box.width; x++) {
      const pixel = pixels[at + x] ?? 0
      row[x] = pixel >>> 24 === 0 ? 0 : pixel
    }
    hash.update(row)
  }
  const digest = hash.digest().toString('hex', 0, DIGEST_BYTES)
  return { digest, place: `${box.left},${box.top},${info.width}x${info.height}` }
}
