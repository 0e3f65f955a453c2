import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { failure } from '../../shared/domain/failure.ts'
import type { SourceFile } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { wholeMs } from '../whole-ms.ts'
import { sourceFailure } from './failures.ts'

/** Reads a dropped file in order, a chunk at a time, and hashes what it read. */
export interface SourceReader {
  /** The next bytes, at most a chunk; valid until the next call. Null at the end, when size, time and SHA-256 were found
   *  to be those that were promised; otherwise `source-changed`. */
  next(): Promise<Result<Buffer | null>>
  /** Hashes the first bytes without giving them. Before the first `next`. */
  skip(bytes: number): Promise<Result<null>>
  close(): Promise<void>
}

export async function openSource(
  source: SourceFile,
  sha256: string,
  chunkBytes: number,
): Promise<Result<SourceReader>> {
  let file: FileHandle
  try {
    file = await open(source.path, 'r')
  } catch (error) {
    return fail(sourceFailure(error, source.path))
  }
  const isUnchanged = async (): Promise<boolean> => {
    const { size, mtimeNs } = await file.stat({ bigint: true })
    return Number(size) === source.sizeBytes && wholeMs(mtimeNs) === source.mtimeMs
  }
  const changed = fail(failure('source-changed', source.path))
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, source.sizeBytes)))
  let position = 0

  const read = async (end: number): Promise<Result<Buffer | null>> => {
    if (position === 0 && !(await isUnchanged())) return changed
    if (position === source.sizeBytes) {
      return (await isUnchanged()) && hash.digest('hex') === sha256 ? ok(null) : changed
    }
    const length = Math.min(buffer.length, end - position)
    const { bytesRead } = await file.read(buffer, 0, length, position)
    if (bytesRead === 0) return changed
    const bytes = buffer.subarray(0, bytesRead)
    hash.update(bytes)
    position += bytesRead
    return ok(bytes)
  }

  const tryRead = async (end: number): Promise<Result<Buffer | null>> => {
    try {
      return await read(end)
    } catch (error) {
      return fail(sourceFailure(error, source.path))
    }
  }

  return ok({
    next: () => tryRead(source.sizeBytes),
    async skip(bytes) {
      while (position < bytes) {
        const skipped = await tryRead(bytes)
        if (!skipped.ok) return skipped
      }
      return ok(null)
    },
    close: () => file.close(),
  })
}
