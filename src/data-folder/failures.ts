import Sqlite from 'better-sqlite3'
import { type Failure, failure } from '../shared/domain/failure.ts'
import { FULL_BELOW_BYTES, freeBytes } from './free-bytes.ts'

/**
 * The one place where errors of SQLite and of the data folder become failures of ours.
 */

const UNWRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'])
const DAMAGED = ['SQLITE_CORRUPT', 'SQLITE_NOTADB']
/** Another program has a lock. In WAL mode even a read may meet one, where the log is being recovered or removed. */
const LOCKED = ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL']

/** Most programs let go of the catalog within seconds: nobody gives up waiting for one before some of these are over.
 *  That it let go is seen at once. */
const LOCK_PATIENCE_MS = 20_000

/** Why a write must wait, when it is the disk's doing, or that of another program that locks the catalog; null for any
 *  other error. */
export function diskTrouble(error: unknown, dataDir: string): Failure | null {
  if (!(error instanceof Sqlite.SqliteError)) return null
  if (startsWithAny(error.code, LOCKED)) return failure('catalog-busy', dataDir, { retryAfterMs: LOCK_PATIENCE_MS })
  if (error.code === 'SQLITE_FULL') return failure('disk-full', dataDir)
  if (!error.code.startsWith('SQLITE_IOERR')) return null
  return freeBytes(dataDir) < FULL_BELOW_BYTES ? failure('disk-full', dataDir) : failure('disk-failing', error.code)
}

/** The catalog is not whole; nothing more can be done with it before it is rebuilt. */
export function isDamage(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && startsWithAny(error.code, DAMAGED)
}

/** Why the data folder or its catalog cannot be opened. What is no such error is thrown on. */
export function openingFailure(error: unknown, dataDir: string): Failure {
  const trouble = diskTrouble(error, dataDir)
  if (trouble !== null) return trouble
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC') return failure('disk-full', dataDir)
  if (UNWRITABLE.has(code) || code.startsWith('SQLITE_READONLY')) {
    return failure('data-folder-unwritable', dataDir)
  }
  if (isDamage(error)) return failure('catalog-damaged', String(error))
  throw error
}

function startsWithAny(code: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => code.startsWith(prefix))
}
