import sharp, { type Sharp } from 'sharp'
import type { Size } from './box.ts'
import type { Pixels } from './mockup-kernels.ts'
import type { SeenSizes } from './surface.ts'

/** A design is shrunk to so many times the size at which it is seen largest. Less loses detail, more is work for nothing: of
 *  what is small anyway up to `MOST_SPARE` is kept, for a side of `SMALL` pixels. */
const SPARE = 1.25
const MOST_SPARE = 2.5
const SMALL = 1000
/** No more is decoded of a design than this: 64 MB. */
const MAX_PIXELS = 16e6
/** A picture is halved as long as a pixel of the mockup may cover more of it than this, but not below `MIN_SIDE`. */
const HALVED_FROM = 4
const MIN_SIDE = 32

/** A design's pixels in sRGB, at the size that is needed, and again half as large for where it is seen smaller, and so on.
 *  The file was examined before: here it is decoded whatever its size. Rejects on damage. */
export async function decodeDesign(input: string | Buffer, { largest, smallest }: SeenSizes): Promise<Pixels[]> {
  const { autoOrient: stored } = await sharp(input, { pages: 1, limitInputPixels: false }).metadata()
  const image = sharp(input, { pages: 1, limitInputPixels: false, autoOrient: true })
  let last = await render(image, decodedSize(stored, largest))
  const levels = [last]
  while (isTooLarge(last, smallest)) {
    last = await halved(last)
    levels.push(last)
  }
  return levels
}

function decodedSize(stored: Size, largest: Size): Size {
  const spare = Math.min(MOST_SPARE, Math.max(SPARE, SMALL / Math.max(largest.width, largest.height)))
  const width = Math.min(stored.width, spare * largest.width)
  const height = Math.min(stored.height, spare * largest.height)
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (width * height)))
  return { width: Math.ceil(width * scale), height: Math.ceil(height * scale) }
}

function isTooLarge({ width, height }: Size, smallest: Size): boolean {
  const covered = Math.min(width / smallest.width, height / smallest.height)
  return covered > HALVED_FROM && Math.min(width, height) > MIN_SIDE
}

function halved({ width, height, data }: Pixels): Promise<Pixels> {
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  return render(sharp(data, { raw: { width, height, channels: 4 } }), size)
}

/** Lanczos keeps what the ellipses of the warp still need to see; colours are weighted by alpha. */
async function render(image: Sharp, { width, height }: Size): Promise<Pixels> {
  const resized = image.resize({ width, height, fit: 'fill', kernel: 'lanczos3' })
  const { data, info } = await resized.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}
