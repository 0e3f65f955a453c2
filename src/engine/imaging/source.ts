import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { isOutOfFiles } from '../out-of-files.ts'
import { wholeMs } from '../whole-ms.ts'

const CHUNK_BYTES = 256 * 1024

/** A dropped file, open, and how it looked when it was opened. */
export interface OpenSource {
  readonly handle: FileHandle
  readonly sizeBytes: number
  readonly mtimeMs: number
  /** Null as long as the path still shows the same file, unchanged. */
  difference(): Promise<Failure | null>
}

/** Opens a regular file that is not empty. The caller closes the handle. */
export async function openSource(path: string): Promise<Result<OpenSource>> {
  try {
    // Before opening: to open a pipe would wait for its writer, for ever.
    const found = await stat(path, { bigint: true })
    if (found.isDirectory()) return fail(failure('folder-unreadable'))
    if (!found.isFile()) return fail(failure('source-unreadable', { says: 'no-file' }))
    if (found.size === 0n) return fail(failure('empty-file'))
    const handle = await open(path, 'r')
    return ok({
      handle,
      sizeBytes: Number(found.size),
      mtimeMs: wholeMs(found.mtimeNs),
      difference: () => differenceFrom(path, found),
    })
  } catch (error) {
    return fail(sourceFailure(error))
  }
}

/** Some bytes of the file, its first ones unless it is said from where; fewer where it ends. */
export async function readPart({ handle }: OpenSource, bytes: number, at = 0): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, at)
  return buffer.subarray(0, bytesRead)
}

/** SHA-256 of the file's bytes, in hex, read in pieces. Stops early when the signal is aborted. */
export async function digest(
  { handle, sizeBytes }: Pick<OpenSource, 'handle' | 'sizeBytes'>,
  signal: AbortSignal,
): Promise<Result<string>> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, sizeBytes))
  let position = 0
  while (position < sizeBytes) {
    if (signal.aborted) return fail(failure('cancelled'))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) break
    hash.update(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
  return position === sizeBytes ? ok(hash.digest('hex')) : fail(failure('source-changed'))
}

async function differenceFrom(path: string, before: BigIntStats): Promise<Failure | null> {
  try {
    const now = await stat(path, { bigint: true })
    const same = now.ino === before.ino && now.size === before.size && now.mtimeNs === before.mtimeNs
    return same ? null : failure('source-changed')
  } catch (error) {
    return sourceFailure(error)
  }
}

/** What a failed call on the dropped file means to the person who dropped it. */
export function sourceFailure(error: unknown): Failure {
  if (!(error instanceof Error && 'code' in error)) throw error
  if (isOutOfFiles(error)) return failure('too-many-files')
  return error.code === 'ENOENT' || error.code === 'ENOTDIR'
    ? failure('source-gone')
    : failure('source-unreadable', String(error.code))
}
