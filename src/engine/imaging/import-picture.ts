import { createHash } from 'node:crypto'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { Detail } from '../../shared/domain/detail.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { MAX_PHOTO_SIDE, MAX_PICTURE_BYTES } from '../../shared/domain/mockup-size.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { ImportedPicture, ImportPictureRequest, PictureRole } from '../../shared/worker/imaging.ts'
import { decodeInput } from './decode-input.ts'
import { firstLine, type Header, readHeader } from './header.ts'
import { DEFAULT_LIMITS, type ImagingLimits } from './limits.ts'
import { type FileContext, withFile } from './one-file.ts'
import { writeWhole } from './write-whole.ts'

const MAX_PIXELS = 50e6
const PICTURE_LIMITS: ImagingLimits = { ...DEFAULT_LIMITS, maxPixels: MAX_PIXELS, maxHeldPixels: MAX_PIXELS }
/** The most detailed photo of 4,000 x 4,000 stays below what the service takes. */
const PHOTO_QUALITY = 92

/** Brings a photo, a mask or a watermark into the folder, called by its SHA-256: upright, in sRGB, at most so large. */
export function importPicture(request: ImportPictureRequest, context: FileContext): Promise<Result<ImportedPicture>> {
  const { path, role, folder } = request
  return withFile(path, { ...context, limits: PICTURE_LIMITS }, async (source, signal, limits) => {
    const header = await readHeader(path, source, limits)
    if (!header.ok) return fail(wrongPicture(path, header.failure))
    const { info } = header.value
    if (info.colourSpace === 'cmyk') return fail(wrong(path, { says: 'cmyk-picture' }))
    try {
      const seconds = Math.ceil(limits.timeoutMs / 1000)
      const { data, width, height } = await decodeInput(
        source,
        header.value,
        (input) => encode(input, role, header.value, seconds),
        signal,
      )
      if (data.length > MAX_PICTURE_BYTES)
        return fail(wrong(path, { says: 'bytes-of', bytes: data.length, of: MAX_PICTURE_BYTES }))
      const sha256 = createHash('sha256').update(data).digest('hex')
      const unwritten = writeWhole(data, join(folder, sha256))
      if (unwritten !== null) return fail(unwritten)
      return ok({ sha256, width, height, original: { width: info.width, height: info.height } })
    } catch (error) {
      return fail(wrong(path, { says: 'damaged-picture', words: firstLine(error) }))
    }
  })
}

async function encode(input: string | Buffer, role: PictureRole, { info }: Header, seconds: number) {
  const image = sharp(input, { pages: 1, limitInputPixels: false, autoOrient: true })
    .timeout({ seconds })
    .resize({ width: MAX_PHOTO_SIDE, height: MAX_PHOTO_SIDE, fit: 'inside', withoutEnlargement: true })
  const isCutOut =
    role === 'mask' && info.hasAlpha && !(await sharp(input, { limitInputPixels: false }).stats()).isOpaque
  const { data, info: written } = await inRole(image, role, isCutOut).toBuffer({ resolveWithObject: true })
  return { data, width: written.width, height: written.height }
}

/** A mask is told by its transparency where it has any, else by its light: programs write an opaque alpha, too. */
function inRole(image: Sharp, role: PictureRole, isCutOut: boolean): Sharp {
  switch (role) {
    case 'photo':
      return image
        .flatten({ background: '#ffffff' })
        .toColourspace('srgb')
        .jpeg({ quality: PHOTO_QUALITY, chromaSubsampling: '4:4:4' })
    case 'mask':
      return (isCutOut ? image.extractChannel('alpha') : image).toColourspace('b-w').png()
    case 'watermark':
      return image.toColourspace('srgb').ensureAlpha().png()
  }
}

/** What of a design's words would send a person to the wrong file. */
function wrongPicture(path: string, { code, detail = '' }: Failure): Failure {
  const isDamaged = code === 'damaged-image' && typeof detail === 'string'
  return wrong(path, isDamaged ? { says: 'damaged-picture', words: detail } : detail)
}

function wrong(path: string, what: Detail): Failure {
  return failure('mockup-wrong', { says: 'at', path, what })
}
