import sharp from 'sharp'
import type { Header } from './header.ts'
import { type Box, type Size, scaled } from './raster.ts'

/** A box of the shrunk raster as one of the picture: all that shows in it, and where it was shrunk a few pixels more. Null
 *  where it is all of the picture. */
export function contentIn(box: Box, raster: Size, picture: Size): Box | null {
  const content = scaled(box, raster, picture)
  const isAll = content.width === picture.width && content.height === picture.height
  return isAll ? null : content
}

/** All of the stored picture. */
export function wholeOf({ storedWidth: width, storedHeight: height }: Header): Box {
  return { left: 0, top: 0, width, height }
}

/** The box of all that is not fully transparent in the stored picture, by a decode of its own that holds a byte for each
 *  pixel; all of it where there is nothing else. Rejects as decoding does. */
export async function exactContent(input: string | Buffer, header: Header, seconds: number): Promise<Box> {
  const whole = wholeOf(header)
  if (!header.info.hasAlpha) return whole
  const alpha = await sharp(input, { ignoreIcc: true, pages: 1, limitInputPixels: false })
    .timeout({ seconds })
    .extractChannel('alpha')
    .toColourspace('b-w')
    .raw()
    .toBuffer()
  return boxOfAlpha(alpha, whole) ?? whole
}

/** Null when all of it is fully transparent. */
function boxOfAlpha(alpha: Buffer, { width, height }: Size): Box | null {
  let [left, top, right, bottom] = [width, -1, -1, -1]
  for (let y = 0; y < height; y++) {
    const row = alpha.subarray(y * width, (y + 1) * width)
    const first = row.findIndex(isSeen)
    if (first < 0) continue
    left = Math.min(left, first)
    right = Math.max(right, row.findLastIndex(isSeen))
    if (top < 0) top = y
    bottom = y
  }
  return bottom < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 }
}

function isSeen(alpha: number): boolean {
  return alpha > 0
}
