import sharp from 'sharp'
import type { Header } from './header.ts'
import { orient } from './orientation.ts'
import { type Box, crop, type Raster } from './raster.ts'
import { contentBox } from './trim.ts'

/** The longer side of the picture that everything is taken from. */
const WORKING_SIDE = 512
/** Content smaller than this on the shrunk picture is decoded again by itself, so that it keeps its detail. */
const MIN_CONTENT_SIDE = WORKING_SIDE / 2

/** The picture that is hashed, at most 512 pixels a side: first frame, trimmed to where it is not transparent, turned
 *  as EXIF says. Holds no more than a few rows of the full picture where the format allows. Rejects on damage, and
 *  when the decoder takes longer than `seconds`. */
export async function decodeTrimmed(path: string, header: Header, seconds: number): Promise<Raster> {
  const whole: Box = { left: 0, top: 0, width: header.storedWidth, height: header.storedHeight }
  const first = await shrink(path, header, whole, seconds)
  const trimmed = await trim(path, header, whole, first, seconds)
  return orient(trimmed, header.orientation)
}

async function trim(path: string, header: Header, whole: Box, first: Raster, seconds: number): Promise<Raster> {
  const box = header.info.hasAlpha ? contentBox(first) : null
  if (box === null) return first
  const shrunk = first.width < whole.width || first.height < whole.height
  if (!shrunk || Math.max(box.width, box.height) > MIN_CONTENT_SIDE) return crop(first, box)
  const closer = await shrink(path, header, enlarge(box, first, whole), seconds)
  return crop(closer, contentBox(closer) ?? { left: 0, top: 0, width: closer.width, height: closer.height })
}

/** The part of the full picture that surely holds what `box` shows of the shrunk one. */
function enlarge(box: Box, { width, height }: Raster, whole: Box): Box {
  const [scaleX, scaleY] = [whole.width / width, whole.height / height]
  const left = Math.max(0, Math.floor((box.left - 1) * scaleX))
  const top = Math.max(0, Math.floor((box.top - 1) * scaleY))
  const right = Math.min(whole.width, Math.ceil((box.left + box.width + 1) * scaleX))
  const bottom = Math.min(whole.height, Math.ceil((box.top + box.height + 1) * scaleY))
  return { left, top, width: right - left, height: bottom - top }
}

/** Colour profiles are passed over, except for CMYK, which has no meaning without one. */
async function shrink(path: string, { info }: Header, part: Box, seconds: number): Promise<Raster> {
  const { data, info: out } = await sharp(path, {
    ignoreIcc: info.colourSpace !== 'cmyk',
    pages: 1,
    limitInputPixels: false,
  })
    .extract(part)
    .resize({
      width: WORKING_SIDE,
      height: WORKING_SIDE,
      fit: 'inside',
      withoutEnlargement: true,
      kernel: 'lanczos3',
    })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .timeout({ seconds })
    .toBuffer({ resolveWithObject: true })
  if (out.channels !== 4) throw new Error(`expected RGBA, got ${out.channels} channels`)
  return { width: out.width, height: out.height, data }
}
