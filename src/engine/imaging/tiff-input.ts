import sharp from 'sharp'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { OpenSource } from './source.ts'
import { copyTiff, spareBytes } from './tiff-copy.ts'
import { countPages, readTiffDirectory, type TiffDirectory } from './tiff-directory.ts'
import { type TiffKind, tiffKind } from './tiff-kind.ts'

/** Layers and the like that libtiff may read: it does so several times, and holds them twice. */
const MAX_SPARE_BYTES = 8e6

/** A TIFF as it is to be decoded. */
export interface TiffInput {
  readonly kind: TiffKind
  /** Its path, or its first page alone where the file has much else. */
  readonly input: string | Buffer
  readonly pages: number
}

/** Finds out what a TIFF is. Fails with `unread-kind`; with `damaged-image` where it does not say what it is. */
export async function openTiff(path: string, source: OpenSource): Promise<Result<TiffInput>> {
  const found = await lookInto(source)
  if (found === null) return fail(failure('damaged-image', { says: 'no-directory' }))
  const { directory, kind } = found
  if (kind.unread !== null) return fail(failure('unread-kind', { says: 'kind-of', ...kind.unread }))
  const pages = await countPages(source, directory)
  const spare = spareBytes(directory)
  if (spare <= MAX_SPARE_BYTES) return ok({ kind, input: path, pages })
  try {
    const input = await copyOf(source, directory, kind)
    if (input !== null) return ok({ kind, input, pages })
    return fail(failure('unread-kind', { says: 'kind-of', is: 'layers', bytes: spare }))
  } catch (error) {
    ignoreRange(error)
    return fail(failure('damaged-image', { says: 'no-pixels' }))
  }
}

/** The first page of a TIFF alone, for one with tags that libtiff does not forgive. Null where there can be none. */
export async function cleanTiff(source: OpenSource): Promise<Buffer | null> {
  const found = await lookInto(source)
  return found === null ? null : copyOf(source, found.directory, found.kind).catch(ignoreRange)
}

/** The picture with its colours and its transparency alone: libvips takes any channel beside the colours for transparency,
 *  and sharp none but the last. Pixels and colour profile stay as they are. Rejects as decoding does. */
export async function withoutExtraChannels(
  source: OpenSource,
  { input, kind: { alpha } }: TiffInput,
  space: string,
  seconds: number,
): Promise<Buffer> {
  try {
    return await picked(input, alpha, { space, seconds })
  } catch (error) {
    const copy = typeof input === 'string' ? await cleanTiff(source) : null
    if (copy === null) throw error
    return picked(copy, alpha, { space, seconds })
  }
}

interface Reading {
  /** sharp's name of the colours. */
  readonly space: string
  readonly seconds: number
}

async function picked(input: string | Buffer, alpha: number | null, { space, seconds }: Reading): Promise<Buffer> {
  const open = (one: string | Buffer) =>
    sharp(one, { pages: 1, limitInputPixels: false })
      .timeout({ seconds })
      .toColourspace(space)
      .keepIccProfile()
      .tiff({ compression: 'lzw' })
  const colours = await open(input).pipelineColourspace(space).removeAlpha().toBuffer()
  if (alpha === null) return colours
  // sharp's types end at 3, sharp itself at 4.
  const transparency = await open(input)
    .pipelineColourspace(space)
    .extractChannel(alpha as 3)
    .toBuffer()
  return open(colours).joinChannel(transparency, { limitInputPixels: false }).toBuffer()
}

async function lookInto(source: OpenSource): Promise<{ directory: TiffDirectory; kind: TiffKind } | null> {
  const directory = await readTiffDirectory(source)
  if (directory === null) return null
  const kind = await tiffKind(source, directory).catch(ignoreRange)
  return kind === null ? null : { directory, kind }
}

function copyOf(source: OpenSource, directory: TiffDirectory, { alpha, channels, colours }: TiffKind) {
  const extra = Array.from({ length: channels - colours }, (_, i) => (colours + i === alpha ? 2 : 0))
  return copyTiff(source, directory, extra)
}

/** What leads out of the file. */
function ignoreRange(error: unknown): null {
  if (error instanceof RangeError) return null
  throw error
}
