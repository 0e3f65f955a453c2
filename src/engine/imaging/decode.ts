import sharp, { type Sharp } from 'sharp'
import { wholeOf } from './content.ts'
import type { Header } from './header.ts'
import { orient } from './orientation.ts'
import { type Box, type Raster, type Size, scaled } from './raster.ts'

/** Pictures up to so many pixels are hashed from their own pixels: 16 MB of RGBA. */
const OWN_PIXELS = 4e6
/** Pixels that larger ones are shrunk to. */
const WORKING_PIXELS = 1e6
/** Artwork with a longer side than this on a shrunk picture is detailed enough. */
const MIN_CONTENT_SIDE = 512

/** A picture of at most four million pixels, and how much of its detail that is. */
export interface Decoded {
  readonly raster: Raster
  /** A part of it by itself; null where nothing would be gained. */
  closer(box: Box): Promise<Raster | null>
}

/** The picture that is hashed: first frame, turned as EXIF says. Holds no more than a few rows of the full picture where the
 *  format allows. Rejects on damage, and when the decoder takes longer than `seconds`. */
export function decode(input: string | Buffer, header: Header, seconds: number): Promise<Decoded> {
  return decodePart(input, header, wholeOf(header), seconds)
}

async function decodePart(input: string | Buffer, header: Header, part: Box, seconds: number): Promise<Decoded> {
  const source = open(input, header).timeout({ seconds }).extract(part)
  const pixels = part.width * part.height
  const scale = pixels <= OWN_PIXELS ? 1 : Math.sqrt(WORKING_PIXELS / pixels)
  const side = Math.max(1, Math.floor(Math.max(part.width, part.height) * scale))
  const working = await render(shrink(source, part, side))
  return {
    raster: orient(working, header.orientation),
    async closer(box) {
      // Small on a large canvas. What is turned comes from a camera, and fills its picture.
      const isSmall = Math.max(box.width, box.height) < Math.min(MIN_CONTENT_SIDE, side / 2)
      if (scale === 1 || !isSmall || header.orientation !== 1) return null
      const { left, top, ...size } = scaled(box, working, part, 1)
      const detail = { left: part.left + left, top: part.top + top, ...size }
      const { raster, closer } = await decodePart(input, header, detail, seconds)
      const { width, height } = raster
      return (await closer({ left: 0, top: 0, width, height })) ?? raster
    },
  }
}

/** Colour profiles are passed over, except for CMYK, which has no meaning without one. */
function open(input: string | Buffer, { info }: Header): Sharp {
  return sharp(input, { ignoreIcc: info.colourSpace !== 'cmyk', pages: 1, limitInputPixels: false })
}

/** The linear kernel has no lobes that would put a faint halo around the artwork, and its hashes agree best with those
 *  of the full picture (measured against lanczos3 and cubic). */
function shrink(image: Sharp, { width, height }: Size, side: number): Sharp {
  if (Math.max(width, height) <= side) return image
  return image.resize({ width: side, height: side, fit: 'inside', kernel: 'linear' })
}

async function render(image: Sharp): Promise<Raster> {
  const { data, info } = await image.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  if (info.channels !== 4) throw new Error(`expected RGBA, got ${info.channels} channels`)
  return { width: info.width, height: info.height, data }
}
