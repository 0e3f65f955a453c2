import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { openingFailure } from '../../data-folder/failures.ts'
import { lockDataFolder } from '../../data-folder/lock.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import { createBatches } from './batches.ts'
import { makeCopiesFolder } from './copies.ts'
import { createCounts } from './counts.ts'
import { createDecisions } from './decisions.ts'
import { createDesigns } from './designs.ts'
import { openDiskCare } from './disk-care.ts'
import { createDueThumbnails } from './due-thumbnails.ts'
import { createFoundFiles } from './found-files.ts'
import { type GroupCommit, openGroupCommit, READ_PATIENCE_MS } from './group-commit.ts'
import { createHoldReasons } from './hold-reasons.ts'
import { createImportedFiles } from './imported-files.ts'
import { inspectCatalog } from './inspect.ts'
import { createItems } from './items.ts'
import { createKeptRecords } from './kept-records.ts'
import { createKnownHistory } from './known-history.ts'
import { migrate } from './migrations/migrate.ts'
import { createNasFacts } from './nas-facts.ts'
import { createNumbers } from './numbers.ts'
import { createOutbox } from './outbox.ts'
import { createPlaces } from './places.ts'
import { rebuildCatalog } from './rebuild.ts'
import { createRechecks } from './rechecks.ts'
import { createReplacedDesigns } from './replaced-designs.ts'
import { createRestorable } from './restorable.ts'
import { createSettings } from './settings.ts'
import { createShops } from './shops.ts'
import { createTwins } from './twins.ts'

/** The shop's local database. One process holds the only write connection. Reading is free; what changes something is
 *  called inside `write` only, or inside `note` or `bulk`. */
export interface Catalog
  extends Readonly<ReturnType<typeof tablesOf>>,
    Pick<GroupCommit, 'write' | 'note' | 'bulk' | 'met'> {
  pragmas(): Readonly<Record<string, string>>
  sqliteVersion(): string
  close(): Promise<void>
}

export function catalogFile(dataDir: string): string {
  return join(dataDir, 'catalog.sqlite')
}

/** Locks the data folder, checks its catalog, opens it and brings it to this version; one that is damaged is kept aside
 *  and rebuilt. `onTrouble` hears later why writes wait for the disk, or new work must, and null when that is over.
 *  Fails with `data-folder-in-use`, `data-folder-unwritable`, `catalog-newer`, `disk-full`, `disk-failing` or
 *  `catalog-busy`. */
export function openCatalog(
  dataDir: string,
  now: () => number,
  onTrouble: (trouble: Failure | null) => void,
): Result<Catalog> {
  const lock = lockDataFolder(dataDir)
  if (!lock.ok) return lock
  const disk = openDiskCare(dataDir, onTrouble)
  const database = openDatabase(dataDir, now)
  if (!database.ok) {
    lock.value.release()
    return database
  }
  const opened = database.value
  disk.begin()
  const commit = openGroupCommit(opened, disk)
  return ok({
    ...tablesOf(opened),
    write: commit.write,
    note: commit.note,
    bulk: commit.bulk,
    met: commit.met,
    pragmas: () => readPragmas(opened),
    sqliteVersion: () => String(opened.prepare('SELECT sqlite_version()').pluck().get()),
    async close() {
      await commit.drain()
      await disk.close()
      opened.close()
      lock.value.release()
    },
  })
}

function tablesOf(database: Database) {
  return {
    shops: createShops(database),
    numbers: createNumbers(database),
    batches: createBatches(database),
    items: createItems(database),
    designs: createDesigns(database),
    decisions: createDecisions(database),
    replaced: createReplacedDesigns(database),
    twins: createTwins(database),
    rechecks: createRechecks(database),
    restorable: createRestorable(database),
    counts: createCounts(database),
    found: createFoundFiles(database),
    imported: createImportedFiles(database),
    outbox: createOutbox(database),
    dueThumbnails: createDueThumbnails(database),
    kept: createKeptRecords(database),
    history: createKnownHistory(database),
    places: createPlaces(database),
    settings: createSettings(database),
    nasFacts: createNasFacts(database),
    holdReasons: createHoldReasons(database),
  }
}

function openDatabase(dataDir: string, now: () => number): Result<Database> {
  const file = catalogFile(dataDir)
  const inspected = inspectCatalog(file, dataDir, 'quick')
  const isDamaged = !inspected.ok && inspected.failure.code === 'catalog-damaged'
  if (!inspected.ok && !isDamaged) return inspected
  let database: Database | null = null
  try {
    const rebuilt = inspected.ok
      ? ok(null)
      : rebuildCatalog(file, dataDir, now(), describeDetail(inspected.failure.detail) ?? '')
    if (!rebuilt.ok) return rebuilt
    database = new Sqlite(file)
    setPragmas(database)
    migrate(database)
    createShops(database).nameFolders()
    assertFullSync(database)
    if (rebuilt.value !== null) {
      createSettings(database).setRebuilt(rebuilt.value)
      createFoundFiles(database).markAllDue()
    }
    makeCopiesFolder(dataDir)
    return ok(database)
  } catch (error) {
    database?.close()
    return fail(openingFailure(error, dataDir))
  }
}

function setPragmas(database: Database): void {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('fullfsync = ON')
  database.pragma('foreign_keys = ON')
  database.pragma(`busy_timeout = ${READ_PATIENCE_MS}`)
  database.pragma('trusted_schema = OFF')
  database.pragma('journal_size_limit = 8388608')
}

/** better-sqlite3 may fall to synchronous NORMAL in WAL mode with the first write, without a word: a power cut would
 *  then lose what was acknowledged. So the pragma is set again after a write, and read back. */
function assertFullSync(database: Database): void {
  database.prepare(`INSERT INTO settings VALUES ('opened', '') ON CONFLICT DO UPDATE SET value = ''`).run()
  database.pragma('synchronous = FULL')
  database.prepare(`UPDATE settings SET value = 'yes' WHERE key = 'opened'`).run()
  const { synchronous, journal_mode: mode } = readPragmas(database)
  if (synchronous !== '2' || mode !== 'wal') {
    throw new Error(`The catalog would not be durable: synchronous ${synchronous}, journal ${mode}`)
  }
}

function readPragmas(database: Database): Record<string, string> {
  const names = ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'user_version']
  return Object.fromEntries(names.map((name) => [name, String(database.pragma(name, { simple: true }))]))
}
