import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { failure } from '../shared/domain/failure.ts'
import { fail, ok, type Result } from '../shared/domain/result.ts'
import { openingFailure } from './failures.ts'
import { makePrivateFolder } from './private-folder.ts'

/** Makes this process the only one on `dataDir`, a folder of its user alone, until `release` or its death: the operating
 *  system drops SQLite's file lock with the process, so there is no stale lock. Otherwise `data-folder-in-use`, naming
 *  folder and owner, `data-folder-unwritable`, `disk-full` or `disk-failing`. */
export function lockDataFolder(dataDir: string): Result<{ release(): void }> {
  const ownerFile = join(dataDir, 'lock.owner')
  let opened: Database | null = null
  try {
    makePrivateFolder(dataDir)
    opened = new Sqlite(join(dataDir, 'lock.sqlite'), { timeout: 0 })
    opened.pragma('journal_mode = DELETE')
    opened.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    opened?.close()
    const because = openingFailure(error, dataDir)
    if (because.code !== 'catalog-busy') return fail(because)
    return fail(failure('data-folder-in-use', { says: 'used-by', folder: dataDir, process: readOwner(ownerFile) }))
  }
  const lock = opened
  try {
    writeFileSync(ownerFile, String(process.pid), { mode: 0o600 })
  } catch {
    // A full disk takes no name; the lock holds without it.
  }
  return ok({ release: () => void lock.close() })
}

function readOwner(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
