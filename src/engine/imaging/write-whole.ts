import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Failure, failure } from '../../shared/domain/failure.ts'

/** Writes a file that is never seen cut short; what keeps it from that, or null. At once: through Node's threads it is three
 *  times the CPU, and a worker does nothing else meanwhile. */
export function writeWhole(bytes: Uint8Array, path: string): Failure | null {
  const part = `${path}.part`
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (error) {
    return unwritable(error, path)
  }
  try {
    writeFileSync(part, bytes)
    renameSync(part, path)
    return null
  } catch (error) {
    rmSync(part, { force: true })
    return unwritable(error, path)
  }
}

function unwritable(error: unknown, path: string): Failure {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
  return failure(isFull ? 'disk-full' : 'folder-unwritable', dirname(path))
}
