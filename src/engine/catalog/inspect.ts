import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import Sqlite, { type Database } from 'better-sqlite3'
import { openingFailure } from '../../data-folder/failures.ts'
import type { Detail } from '../../shared/domain/detail.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { copiesFolder } from './copies.ts'
import { checkVersion } from './migrations/migrate.ts'

const WAL_HEADER_BYTES = 32
const WAL_MAGIC = 0x377f0682

/** Looks at a catalog without writing to it: `catalog-newer`, or `catalog-damaged` with what is wrong. What is not there
 *  yet is good. `thorough` compares the indexes too, which takes more than twice as long. */
export function inspectCatalog(file: string, dataDir: string, check: 'quick' | 'thorough'): Result<null> {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0) {
    return existsSync(copiesFolder(dataDir)) ? damaged({ says: 'file-missing' }) : ok(null)
  }
  let database: Database | null = null
  try {
    database = new Sqlite(file, { readonly: true })
    const version = checkVersion(database)
    if (!version.ok) return version
    if (isLogDamaged(`${file}-wal`)) return damaged({ says: 'log-damaged' })
    const said = database.pragma(check === 'quick' ? 'quick_check(1)' : 'integrity_check(1)', { simple: true })
    return said === 'ok' ? ok(null) : damaged(String(said))
  } catch (error) {
    return fail(openingFailure(error, dataDir))
  } finally {
    database?.close()
  }
}

function damaged(reason: Detail): Result<never> {
  return fail(failure('catalog-damaged', reason))
}

/** SQLite passes over a log that it cannot read, without a word: commits that were acknowledged would be gone. One of
 *  zeros alone was never synced, and holds none. */
export function isLogDamaged(path: string): boolean {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < WAL_HEADER_BYTES) return false
  const header = Buffer.alloc(WAL_HEADER_BYTES)
  const file = openSync(path, 'r')
  readSync(file, header, 0, WAL_HEADER_BYTES, 0)
  closeSync(file)
  if (header.every((byte) => byte === 0)) return false
  const magic = header.readUInt32BE(0)
  if ((magic & ~1) >>> 0 !== WAL_MAGIC) return true
  const isBigEndian = (magic & 1) === 1
  const [first, second] = walChecksum(header.subarray(0, 24), isBigEndian)
  return header.readUInt32BE(24) !== first || header.readUInt32BE(28) !== second
}

/** The checksum of SQLite's file format, section 4.2. */
function walChecksum(bytes: Buffer, isBigEndian: boolean): [number, number] {
  let [s0, s1] = [0, 0]
  for (let at = 0; at < bytes.length; at += 8) {
    const read = (offset: number) => (isBigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset))
    s0 = (s0 + read(at) + s1) >>> 0
    s1 = (s1 + read(at + 4) + s0) >>> 0
  }
  return [s0, s1]
}
