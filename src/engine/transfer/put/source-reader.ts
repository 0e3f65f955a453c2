import { createHash } from 'node:crypto'
import { closeSync, fstatSync, open as openFile, read as readFile } from 'node:fs'
import { promisify } from 'node:util'
import { failure } from '../../../shared/domain/failure.ts'
import type { SourceFile } from '../../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import { wholeMs } from '../../whole-ms.ts'
import { sourceFailure } from '../failures.ts'

const open = promisify(openFile)
const readAt = promisify(readFile)

/** Reads a dropped file in order, a chunk at a time, and hashes what it read. */
export interface SourceReader {
  /** The next bytes, at most a chunk; valid until the next call. Null at the end, when size, time and SHA-256 were found
   *  to be those that were promised; otherwise `source-changed`. */
  next(): Promise<Result<Buffer | null>>
  /** Hashes the first bytes without giving them. Before the first `next`. */
  skip(bytes: number): Promise<Result<null>>
  close(): void
}

export async function openSource(
  source: SourceFile,
  sha256: string,
  chunkBytes: number,
): Promise<Result<SourceReader>> {
  let file: number
  try {
    file = await open(source.path, 'r')
  } catch (error) {
    return fail(sourceFailure(error, source.path))
  }
  // Of an open file the system knows this without the disk; by a thread, it was a sixth of a small file's CPU time.
  const isUnchanged = (): boolean => {
    const { size, mtimeNs } = fstatSync(file, { bigint: true })
    return Number(size) === source.sizeBytes && wholeMs(mtimeNs) === source.mtimeMs
  }
  const changed = fail(failure('source-changed', source.path))
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, source.sizeBytes)))
  let position = 0

  const read = async (end: number): Promise<Result<Buffer | null>> => {
    try {
      if (position === 0 && !isUnchanged()) return changed
      if (position === source.sizeBytes) {
        return isUnchanged() && hash.digest('hex') === sha256 ? ok(null) : changed
      }
      const length = Math.min(buffer.length, end - position)
      const { bytesRead } = await readAt(file, buffer, 0, length, position)
      if (bytesRead === 0) return changed
      const bytes = buffer.subarray(0, bytesRead)
      hash.update(bytes)
      position += bytesRead
      return ok(bytes)
    } catch (error) {
      return fail(sourceFailure(error, source.path))
    }
  }

  return ok({
    next: () => read(source.sizeBytes),
    async skip(bytes) {
      while (position < bytes) {
        const skipped = await read(bytes)
        if (!skipped.ok) return skipped
      }
      return ok(null)
    },
    close: () => closeSync(file),
  })
}
