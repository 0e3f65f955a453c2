import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'

/** Makes this process the only Galley on `dataDir`, until `release` or its death: the operating system drops SQLite's
 *  file lock with the process, so there is no stale lock. Otherwise `data-folder-in-use`, naming folder and owner, or
 *  `disk-full`. */
export function lockDataFolder(dataDir: string): Result<{ release(): void }> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const ownerFile = join(dataDir, 'lock.owner')
  const lock = new Sqlite(join(dataDir, 'lock.sqlite'), { timeout: 0 })
  try {
    lock.pragma('journal_mode = DELETE')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!(error instanceof Sqlite.SqliteError)) throw error
    if (error.code === 'SQLITE_FULL') return fail(failure('disk-full', dataDir))
    if (!error.code.startsWith('SQLITE_BUSY')) throw error
    return fail(failure('data-folder-in-use', `${dataDir}, by process ${readOwner(ownerFile)}`))
  }
  try {
    writeFileSync(ownerFile, String(process.pid))
  } catch {
    // A full disk takes no name; the lock holds without it.
  }
  return ok({ release: () => void lock.close() })
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return 'unknown'
  }
}
