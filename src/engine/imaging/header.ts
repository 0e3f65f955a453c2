import sharp, { type Metadata } from 'sharp'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import type { PictureFormat, PictureInfo } from '../../shared/domain/picture.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { ImagingLimits } from './limits.ts'
import { isTurned } from './orientation.ts'
import { SNIFF_BYTES, sniff } from './sniff.ts'
import { type OpenSource, readStart, sourceFailure } from './source.ts'

/** What is known of a picture before any pixel is decoded. */
export interface Header {
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
  let start: Uint8Array
  try {
    start = await readStart(source, SNIFF_BYTES)
  } catch (error) {
    return fail(sourceFailure(error))
  }
  const sniffed = sniff(start)
  if (sniffed.format === null)
    return fail(failure('unsupported-format', { says: 'looks-like', kind: sniffed.looksLike }))
  let metadata: Metadata
  try {
    metadata = await sharp(path, { limitInputPixels: false }).metadata()
  } catch (error) {
    return fail(failure('damaged-image', firstLine(error)))
  }
  const format = formatOf(metadata)
  if (format !== sniffed.format)
    return fail(failure('unsupported-format', { says: 'odd-content', format: sniffed.format }))
  const header = headerOf(metadata, format)
  const excess = exceeds(header, metadata, limits)
  return excess === null ? ok(header) : fail(excess)
}

function headerOf(metadata: Metadata, format: PictureFormat): Header {
  const { width, height, density, pages, space, orientation = 1 } = metadata
  const turned = isTurned(orientation)
  return {
    info: {
      format,
      width: turned ? height : width,
      height: turned ? width : height,
      ...(density === undefined ? {} : { dpi: density }),
      hasAlpha: metadata.hasAlpha ?? false,
      pages: pages ?? 1,
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
  const held = isProgressive === true || format === 'webp' || format === 'avif' || format === 'gif'
  const most = held ? Math.min(limits.maxHeldPixels, limits.maxPixels) : limits.maxPixels
  if (width * height > most) {
    const isInterlaced = isProgressive === true
    return failure('too-many-pixels', { says: 'pixels-of', width, height, most, format, isInterlaced })
  }
  if (Math.max(width, height) > limits.maxAspectRatio * Math.min(width, height))
    return failure('aspect-ratio', { says: 'pixels', width, height })
  return null
}

/** libvips writes several lines; the first names the fault. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0]?.slice(0, 200) ?? ''
}
