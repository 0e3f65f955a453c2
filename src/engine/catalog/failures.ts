import { statfsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { type Failure, failure } from '../../shared/domain/failure.ts'

/**
 * The one place where errors of SQLite and of the data folder become failures of ours.
 */

/** With less room than this a disk is full: SQLite needs some even to read. */
export const FULL_BELOW_BYTES = 1024 * 1024

const UNWRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'])
const DAMAGED = ['SQLITE_CORRUPT', 'SQLITE_NOTADB']

/** Why a write must wait, when it is the disk's doing; null for any other error. */
export function diskTrouble(error: unknown, dataDir: string): Failure | null {
  if (!(error instanceof Sqlite.SqliteError)) return null
  if (error.code === 'SQLITE_FULL') return failure('disk-full', dataDir)
  if (!error.code.startsWith('SQLITE_IOERR')) return null
  return freeBytes(dataDir) < FULL_BELOW_BYTES ? failure('disk-full', dataDir) : failure('disk-failing', error.code)
}

/** The catalog is not whole; nothing more can be done with it before it is rebuilt. */
export function isDamage(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && DAMAGED.some((prefix) => error.code.startsWith(prefix))
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

/** Room for this process on the disk of a folder; unknown counts as enough. */
export function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
