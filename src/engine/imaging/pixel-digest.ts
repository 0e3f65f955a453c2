import { createHash } from 'node:crypto'
import type { Pixels } from '../../shared/domain/picture.ts'
import type { Header } from './header.ts'
import type { PixelKernels } from './pixel-kernels.ts'
import type { Box } from './raster.ts'

const DIGEST_BYTES = 16

interface Held {
  readonly kernels: PixelKernels
  /** Of the picture that they hold. */
  readonly width: number
  /** Of the file. */
  readonly sha256: string
}

/** What `box` holds of a decoded picture, digested: equal for two files of one picture. The colour behind a pixel that is
 *  not to be seen does not count; a colour profile does, because it changes what is printed. */
export function pixelsOf({ kernels, width, sha256 }: Held, box: Box, { info, colourProfile }: Header): Pixels {
  const isShrunk = width < info.width
  const hash = createHash('sha256')
  hash.update(`${box.width}x${box.height}${isShrunk ? ` of ${info.width}x${info.height}` : ''}\n`)
  // Other pages and plates are not looked at: only equal files are one picture.
  if (info.pages > 1 || info.extraChannels !== undefined) hash.update(sha256)
  if (colourProfile !== null) hash.update(colourProfile)
  kernels.visible(box, (pixels) => hash.update(pixels))
  const digest = hash.digest().toString('hex', 0, DIGEST_BYTES)
  return { digest, place: `${box.left},${box.top},${info.width}x${info.height}` }
}
