import { failure } from '../../shared/domain/failure.ts'
import type { Examination } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { ExamineRequest } from '../../shared/worker/imaging.ts'
import { contentIn } from './content.ts'
import { type Decoded, decode } from './decode.ts'
import { decodeInput } from './decode-input.ts'
import { fingerprintOf } from './fingerprint.ts'
import { decodeFailure, readHeader } from './header.ts'
import type { ImagingLimits } from './limits.ts'
import { type FileContext, withFile } from './one-file.ts'
import type { PixelKernels } from './pixel-kernels.ts'
import { type Box, type Raster, release } from './raster.ts'
import { digest, type OpenSource } from './source.ts'
import { writeSmallThumbnail, writeThumbnail } from './thumbnail.ts'

const MINIATURE_SIDE = 256

export interface ExamineContext extends FileContext {
  /** For this file alone until it is examined. */
  readonly kernels: PixelKernels
  /** The header is good; the long part begins. */
  onHashing(): void
}

/** Inspects, digests and fingerprints one file, from one decode (a second one only where the artwork is small on its
 *  canvas). Fails with an input code; with `source-changed` when the file changed meanwhile; with `image-timeout` or
 *  `cancelled` at once, though the decoder may take until its own time limit to stop. */
export function examine(request: ExamineRequest, context: ExamineContext): Promise<Result<Examination>> {
  return withFile(request.path, context, (source, signal, limits) =>
    examineSource(request, source, { ...context, signal, limits }),
  )
}

async function examineSource(
  { path, thumbnailPath, smallThumbnailPath }: ExamineRequest,
  source: OpenSource,
  { kernels, signal, onHashing, limits }: ExamineContext & { readonly limits: ImagingLimits },
): Promise<Result<Examination>> {
  const header = await readHeader(path, source, limits)
  if (!header.ok) return header
  onHashing()

  const sha256 = await digest(source, signal)
  if (!sha256.ok) return sha256

  let decoded: Decoded
  try {
    decoded = await decodeInput(
      source,
      header.value,
      (input) => decode(input, header.value, Math.ceil(limits.timeoutMs / 1000)),
      signal,
    )
  } catch (error) {
    return fail(await decodeFailure(source, header.value.info.format, error))
  }
  if (signal.aborted) return fail(failure('cancelled'))
  kernels.hold(decoded.raster)
  release(decoded.raster)
  const seen = kernels.content()
  const miniature = kernels.shrunk(MINIATURE_SIDE)
  const closer = async (box: Box): Promise<Raster | null> => {
    const detail = await decoded.closer(box).catch(() => null)
    // Given up meanwhile: the kernels are another file's now.
    signal.throwIfAborted()
    return detail
  }
  const fingerprint = await fingerprintOf(decoded.raster, {
    header: header.value,
    sha256: sha256.value,
    kernels,
    miniature,
    closer,
  })
  // A design goes on without its thumbnail: a full disk here is no fault of the file.
  if (thumbnailPath !== undefined) await writeThumbnail(miniature, thumbnailPath).catch(() => undefined)
  const thumbnail =
    smallThumbnailPath === undefined
      ? undefined
      : await writeSmallThumbnail(miniature, smallThumbnailPath).catch(() => undefined)
  const opacity = opacityOf(miniature)
  release(miniature)
  const { sizeBytes, mtimeMs } = source
  const { info } = header.value
  const content = seen === null ? null : contentIn(seen, decoded.raster, info)
  const picture = {
    ...info,
    ...(content === null ? {} : { content }),
    ...(info.hasAlpha ? { opacity } : {}),
  }
  const examined = { source: { sizeBytes, mtimeMs }, fingerprint, picture }
  return ok(thumbnail === undefined ? examined : { ...examined, thumbnail })
}

function opacityOf({ data }: Raster): { readonly least: number; readonly most: number } {
  let [least, most] = [255, 0]
  for (let i = 3; i < data.length; i += 4) {
    const alpha = data[i] ?? 0
    if (alpha < least) least = alpha
    if (alpha > most) most = alpha
  }
  return { least, most }
}
