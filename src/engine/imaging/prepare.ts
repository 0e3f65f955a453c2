import { open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FULL_BELOW_BYTES, freeBytes } from '../../data-folder/free-bytes.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import type { PreparedFile } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { PrepareRequest } from '../../shared/worker/imaging.ts'
import { isOutOfFiles } from '../out-of-files.ts'
import { wholeMs } from '../whole-ms.ts'
import { exactContent, wholeOf } from './content.ts'
import { decodeInput } from './decode-input.ts'
import { firstLine, type Header, readHeader } from './header.ts'
import type { ImagingLimits } from './limits.ts'
import { type FileContext, withFile } from './one-file.ts'
import { planPrint, writePrint } from './print-image.ts'
import { digest, type OpenSource } from './source.ts'

/** Makes the print file of a design at `partPath`, synced; on failure there is none. Fails like `examine`, with
 *  `source-changed` when these are not the bytes that were examined, and with `disk-full`. */
export function prepare(request: PrepareRequest, context: FileContext): Promise<Result<PreparedFile>> {
  return withFile(request.path, context, (source, signal, limits) => prepareSource(request, source, signal, limits))
}

async function prepareSource(
  request: PrepareRequest,
  source: OpenSource,
  signal: AbortSignal,
  limits: ImagingLimits,
): Promise<Result<PreparedFile>> {
  const { path, sha256, partPath } = request
  const header = await readHeader(path, source, limits)
  if (!header.ok) return header
  const digested = await digest(source, signal)
  if (!digested.ok) return digested
  if (digested.value !== sha256) return fail(failure('source-changed'))
  try {
    await (await open(partPath, 'wx')).close()
  } catch (error) {
    return fail(folderFailure(error, partPath))
  }
  const written = await writePart(request, { source, header: header.value, limits }, signal).catch((error) =>
    fail(writeFailure(error, partPath)),
  )
  if (written.ok && !signal.aborted) return written
  await rm(partPath, { force: true })
  return written.ok ? fail(failure('cancelled')) : written
}

interface Readable {
  readonly source: OpenSource
  readonly header: Header
  readonly limits: ImagingLimits
}

async function writePart(
  { print, partPath }: PrepareRequest,
  { source, header, limits }: Readable,
  signal: AbortSignal,
): Promise<Result<PreparedFile>> {
  const seconds = Math.ceil(limits.timeoutMs / 1000)
  const isTrimmed = print.preparation?.trim === true
  const content = isTrimmed
    ? await decodeInput(source, header, (input) => exactContent(input, header, seconds), signal)
    : wholeOf(header)
  const plan = planPrint(content, header, print)
  if (plan.isHeld && plan.artwork.width * plan.artwork.height > limits.maxHeldPixels) {
    const { width, height } = plan.artwork
    const most = limits.maxHeldPixels
    return fail(failure('too-many-pixels', { says: 'pixels-turned', width, height, most }))
  }
  if (signal.aborted) return fail(failure('cancelled'))
  await decodeInput(source, header, (input) => writePrint(input, header, plan, partPath, seconds), signal)
  return inspectPart(partPath, signal)
}

/** Syncs what was written, and says what it is. */
async function inspectPart(path: string, signal: AbortSignal): Promise<Result<PreparedFile>> {
  await using handle = await open(path, 'r+')
  await handle.sync()
  const { size, mtimeNs } = await handle.stat({ bigint: true })
  const sizeBytes = Number(size)
  const sha256 = await digest({ handle, sizeBytes }, signal)
  return sha256.ok ? ok({ sizeBytes, mtimeMs: wholeMs(mtimeNs), sha256: sha256.value }) : sha256
}

/** The picture was decoded as a whole before: what fails now is more often the disk. */
function writeFailure(error: unknown, path: string): Failure {
  const words = firstLine(error)
  if (words.startsWith('timeout')) return failure('image-timeout')
  return freeBytes(dirname(path)) < FULL_BELOW_BYTES
    ? failure('disk-full', dirname(path))
    : failure('damaged-image', words)
}

function folderFailure(error: unknown, path: string): Failure {
  if (isOutOfFiles(error)) return failure('too-many-files')
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return failure(code === 'ENOSPC' ? 'disk-full' : 'data-folder-unwritable', dirname(path))
}
