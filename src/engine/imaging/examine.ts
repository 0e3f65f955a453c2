import { type FailureCode, failure } from '../../shared/domain/failure.ts'
import type { Examination } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { ExamineRequest } from '../../shared/worker/imaging.ts'
import { afterAwake } from '../awake-timer.ts'
import { type Decoded, decode } from './decode.ts'
import { fingerprintOf } from './fingerprint.ts'
import { firstLine, readHeader } from './header.ts'
import { DEFAULT_LIMITS, type ImagingLimits } from './limits.ts'
import type { PixelKernels } from './pixel-kernels.ts'
import type { Box, Raster } from './raster.ts'
import { SNIFF_BYTES } from './sniff.ts'
import { digest, type OpenSource, openSource, readStart, sourceFailure } from './source.ts'
import { writeThumbnail } from './thumbnail.ts'

const MINIATURE_SIDE = 256

export interface ExamineContext {
  /** For this file alone until it is examined. */
  readonly kernels: PixelKernels
  readonly signal: AbortSignal
  /** The header is good; the long part begins. */
  onHashing(): void
  readonly limits?: ImagingLimits
}

/** Inspects, digests and fingerprints one file, from one decode (a second one only where the artwork is small on its
 *  canvas). Fails with an input code; with `source-changed` when the file changed meanwhile; with `image-timeout` or
 *  `cancelled` at once, though the decoder may take until its own time limit to stop. */
export async function examine(request: ExamineRequest, context: ExamineContext): Promise<Result<Examination>> {
  const limits = context.limits ?? DEFAULT_LIMITS
  if (context.signal.aborted) return fail(failure('cancelled'))
  const controller = new AbortController()
  const stopped = Promise.withResolvers<Result<never>>()
  const stop = (code: FailureCode): void => {
    controller.abort()
    stopped.resolve(fail(failure(code)))
  }
  const cancel = (): void => stop('cancelled')
  const clearLimit = afterAwake(limits.timeoutMs, () => stop('image-timeout'))
  context.signal.addEventListener('abort', cancel, { once: true })
  try {
    const work = examineFile(request, { ...context, signal: controller.signal, limits })
    return await Promise.race([work, stopped.promise])
  } finally {
    clearLimit()
    context.signal.removeEventListener('abort', cancel)
  }
}

type FullContext = ExamineContext & { readonly limits: ImagingLimits }

async function examineFile(request: ExamineRequest, context: FullContext): Promise<Result<Examination>> {
  const source = await openSource(request.path)
  if (!source.ok) return source
  try {
    const examination = await examineSource(request, source.value, context)
    // The decoder opens the file by itself, and calls a picture damaged when it may not.
    if (!examination.ok && !(await opensOnceMore(request.path))) return fail(failure('too-many-files'))
    const difference = await source.value.difference()
    return difference === null ? examination : fail(difference)
  } finally {
    await source.value.handle.close()
  }
}

/** The decoder's time limit counts the hours that a computer sleeps, and ours does not: while that has not run out, the
 *  picture is decoded once more. */
async function decodeAwake(decode: () => Promise<Decoded>, signal: AbortSignal): Promise<Decoded> {
  try {
    return await decode()
  } catch (error) {
    if (signal.aborted || !firstLine(error).startsWith('timeout')) throw error
    return decode()
  }
}

async function opensOnceMore(path: string): Promise<boolean> {
  const again = await openSource(path)
  if (again.ok) await again.value.handle.close()
  return again.ok || again.failure.code !== 'too-many-files'
}

async function examineSource(
  { path, thumbnailPath }: ExamineRequest,
  source: OpenSource,
  { kernels, signal, onHashing, limits }: FullContext,
): Promise<Result<Examination>> {
  let start: Uint8Array
  try {
    start = await readStart(source, SNIFF_BYTES)
  } catch (error) {
    return fail(sourceFailure(error))
  }
  const header = await readHeader(path, start, limits)
  if (!header.ok) return header
  onHashing()

  const sha256 = await digest(source, signal)
  if (!sha256.ok) return sha256

  let decoded: Decoded
  try {
    decoded = await decodeAwake(() => decode(path, header.value, Math.ceil(limits.timeoutMs / 1000)), signal)
  } catch (error) {
    return fail(failure('damaged-image', firstLine(error)))
  }
  if (signal.aborted) return fail(failure('cancelled'))
  kernels.hold(decoded.raster)
  const miniature = kernels.shrunk(MINIATURE_SIDE)
  const closer = async (box: Box): Promise<Raster | null> => {
    const detail = await decoded.closer(box).catch(() => null)
    // Given up meanwhile: the kernels are another file's now.
    signal.throwIfAborted()
    return detail
  }
  const recognised = await fingerprintOf(decoded.raster, { header: header.value, kernels, miniature, closer })
  const fingerprint = { sha256: sha256.value, ...recognised }
  // A design goes on without its thumbnail: a full disk here is no fault of the file.
  if (thumbnailPath !== undefined) await writeThumbnail(miniature, thumbnailPath).catch(() => undefined)
  const { sizeBytes, mtimeMs } = source
  return ok({ source: { sizeBytes, mtimeMs }, fingerprint, picture: header.value.info })
}
