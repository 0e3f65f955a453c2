import sharp, { type Metadata } from 'sharp'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import type { PictureFormat, PictureInfo } from '../../shared/domain/picture.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { copyJpeg } from './jpeg-copy.ts'
import type { ImagingLimits } from './limits.ts'
import { isTurned } from './orientation.ts'
import { pngDpi } from './png-dpi.ts'
import { sniff } from './sniff.ts'
import { type OpenSource, readPart, sourceFailure } from './source.ts'
import { openTiff, type TiffInput, withoutExtraChannels } from './tiff-input.ts'

/** What of a file is looked at at once: of most pictures all that comes before the pixels. */
const START_BYTES = 4096
/** A pixel a millimetre is what libvips writes where it knows nothing, and no printer has more than the other. */
const [UNSTATED_DPI, MAX_DPI] = [25.4, 10_000]

/** What is known of a picture before any pixel is decoded. */
export interface Header {
  /** What is decoded: the file, or a copy in memory of what of it can be. */
  readonly input: string | Buffer
  readonly info: PictureInfo
  /** Pixels as stored, before EXIF orientation. */
  readonly storedWidth: number
  readonly storedHeight: number
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number
  /** The ICC profile in the file. */
  readonly colourProfile: Uint8Array | null
}

/** Decides by content, from the file's first bytes and its header, whether the picture is one that Galley takes and
 *  can decode within its limits. Fails with an input code. */
export async function readHeader(path: string, source: OpenSource, limits: ImagingLimits): Promise<Result<Header>> {
  const looked = await lookAt(path, source).catch((error) => fail(sourceFailure(error)))
  if (!looked.ok) return looked
  const { start, tiff, sniffed } = looked.value
  try {
    const input = tiff?.input ?? path
    const metadata = await sharp(input, { limitInputPixels: false }).metadata()
    const format = formatOf(metadata)
    if (format !== sniffed) return fail(failure('unsupported-format', { says: 'odd-content', format: sniffed }))
    const dpi = format === 'png' ? await pngDpi(source, start) : dpiOf(metadata, tiff)
    const header = headerOf(input, metadata, { format, dpi, tiff })
    const excess = exceeds(header, metadata, limits)
    if (excess !== null) return fail(excess)
    if (tiff === null || header.info.extraChannels === undefined) return ok(header)
    return ok({
      ...header,
      input: await withoutExtraChannels(source, tiff, metadata.space, Math.ceil(limits.timeoutMs / 1000)),
    })
  } catch (error) {
    return fail(await decodeFailure(source, sniffed, error))
  }
}

interface Looked {
  readonly start: Uint8Array
  readonly sniffed: PictureFormat
  readonly tiff: TiffInput | null
}

async function lookAt(path: string, source: OpenSource): Promise<Result<Looked>> {
  const start = await readPart(source, START_BYTES)
  const found = sniff(start)
  const sniffed = found.format
  if (sniffed === null) return fail(failure('unsupported-format', { says: 'looks-like', kind: found.looksLike }))
  if (sniffed !== 'tiff') return ok({ start, sniffed, tiff: null })
  const tiff = await openTiff(path, source)
  return tiff.ok ? ok({ start, sniffed, tiff: tiff.value }) : tiff
}

/** libvips says 72 where the file says nothing. */
function dpiOf({ density, resolutionUnit }: Metadata, tiff: TiffInput | null): number | undefined {
  if (tiff !== null) return tiff.kind.dpi
  return resolutionUnit === undefined ? undefined : density
}

interface Found {
  readonly format: PictureFormat
  readonly dpi: number | undefined
  readonly tiff: TiffInput | null
}

function headerOf(input: string | Buffer, metadata: Metadata, { format, dpi, tiff }: Found): Header {
  const { width, height, space, orientation = 1 } = metadata
  const turned = isTurned(orientation)
  const extraChannels = tiff === null ? 0 : tiff.kind.channels - tiff.kind.colours - (tiff.kind.alpha === null ? 0 : 1)
  return {
    input,
    info: {
      format,
      width: turned ? height : width,
      height: turned ? width : height,
      ...(dpi === undefined || dpi <= UNSTATED_DPI || dpi > MAX_DPI ? {} : { dpi: Math.round(dpi) }),
      hasAlpha: tiff === null ? (metadata.hasAlpha ?? false) : tiff.kind.alpha !== null,
      ...(extraChannels === 0 ? {} : { extraChannels }),
      pages: tiff?.pages ?? metadata.pages ?? 1,
      colourSpace: space,
      hasColourProfile: metadata.hasProfile ?? false,
    },
    storedWidth: width,
    storedHeight: height,
    orientation,
    colourProfile: metadata.icc ?? null,
  }
}

function formatOf({ format, compression }: Metadata): PictureFormat | null {
  switch (format) {
    case 'png':
    case 'jpeg':
    case 'webp':
    case 'tiff':
    case 'gif':
      return format
    case 'heif':
      return compression === 'av1' ? 'avif' : null
    default:
      return null
  }
}

function exceeds({ info }: Header, { isProgressive }: Metadata, limits: ImagingLimits): Failure | null {
  const { width, height, format } = info
  const held =
    isProgressive === true ||
    info.extraChannels !== undefined ||
    format === 'webp' ||
    format === 'avif' ||
    format === 'gif'
  const most = held ? Math.min(limits.maxHeldPixels, limits.maxPixels) : limits.maxPixels
  if (width * height > most) {
    const isInterlaced = isProgressive === true
    return failure('too-many-pixels', { says: 'pixels-of', width, height, most, format, isInterlaced })
  }
  if (Math.max(width, height) > limits.maxAspectRatio * Math.min(width, height))
    return failure('aspect-ratio', { says: 'pixels', width, height })
  return null
}

/** What it means that a picture could not be decoded: it is damaged, or a JPEG that the decoder does not know. */
export async function decodeFailure(source: OpenSource, format: PictureFormat, error: unknown): Promise<Failure> {
  const unread = format === 'jpeg' ? (await copyJpeg(source))?.unread : null
  return unread ? failure('unread-kind', { says: 'kind-of', ...unread }) : failure('damaged-image', firstLine(error))
}

/** libvips writes several lines; the first names the fault, but for the one that only says that a warning is one. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const lines = message.split('\n').filter((line) => line.trim() !== '')
  const found = lines.find((line) => !line.startsWith('Warning treated as error')) ?? lines[0]
  return found?.slice(0, 200) ?? ''
}
