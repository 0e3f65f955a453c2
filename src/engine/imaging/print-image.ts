import sharp from 'sharp'
import { type Layout, layoutOf } from '../../shared/domain/layout.ts'
import type { Print } from '../../shared/domain/shop.ts'
import type { Header } from './header.ts'
import { isTurned } from './orientation.ts'
import type { Box } from './raster.ts'

const TRANSPARENT = { r: 0, g: 0, b: 0, alpha: 0 }
/** Higher levels take twice the time for a few percent. */
const COMPRESSION_LEVEL = 6
const RGB = new Set(['srgb', 'rgb', 'rgb16'])

/** How a stored picture becomes its print file. */
export interface PrintPlan extends Layout {
  /** The part of the stored picture that is printed. */
  readonly content: Box
  readonly dpi: number
  /** libvips holds all of the artwork in memory to turn it. */
  readonly isHeld: boolean
}

export function planPrint(content: Box, { orientation }: Header, print: Print): PrintPlan {
  const { width, height } = content
  const layout = layoutOf(isTurned(orientation) ? { width: height, height: width } : { width, height }, print)
  return { ...layout, content, dpi: print.dpi, isHeld: layout.isTurned || orientation > 2 }
}

/** Writes an 8-bit RGBA PNG with the dpi in it, a few rows at a time where nothing is turned. RGB keeps its colour profile
 *  and its values; everything else, CMYK by its own profile, becomes sRGB. */
export async function writePrint(
  input: string | Buffer,
  { info }: Header,
  { content, isTurned, artwork, canvas, dpi }: PrintPlan,
  to: string,
  seconds: number,
): Promise<void> {
  const left = Math.floor((canvas.width - artwork.width) / 2)
  const top = Math.floor((canvas.height - artwork.height) / 2)
  // In this order everything is turned last, when it has its size; EXIF's turn is reckoned with by sharp.
  const image = sharp(input, { pages: 1, limitInputPixels: false })
    .timeout({ seconds })
    .extract(content)
    .resize({
      width: isTurned ? artwork.height : artwork.width,
      height: isTurned ? artwork.width : artwork.height,
      fit: 'fill',
      // No lobe of it is positive outside: nothing faint is printed around a hard edge.
      kernel: 'cubic',
    })
    .autoOrient()
    .rotate(isTurned ? 90 : 0)
    .extend({
      left,
      right: canvas.width - artwork.width - left,
      top,
      bottom: canvas.height - artwork.height - top,
      background: TRANSPARENT,
    })
    .toColourspace('srgb')
    .ensureAlpha()
    .withDensity(dpi)
    .withExif({})
    .png({ compressionLevel: COMPRESSION_LEVEL })
  await (RGB.has(info.colourSpace) ? image.keepIccProfile() : image).toFile(to)
}
