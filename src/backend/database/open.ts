import { sql } from 'kysely'
import { makeContentPrivate } from '../../data-folder/private-folder.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { installJobQueue } from '../mockup-jobs/job-queue.ts'
import type { Database, DatabasePlace, Patience } from './database.ts'
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrations.ts'
import { openPostgres } from './postgres.ts'

/** Any number will do. */
const INSTALL_LOCK = 5_140_022

/** What a migration does to a large table takes its time. */
const ENDLESS: Patience = { statementMs: 0, silenceMs: 0 }

/** Opens the database and brings it to this program's version. */
export async function openDatabase(place: DatabasePlace, onError: (error: Error) => void): Promise<Result<Database>> {
  if (place.kind === 'embedded') {
    const opened = await openEmbedded(place.folder, place.workerEntry)
    const migrated = opened.ok ? await migrateOrClose(opened.value, place) : opened
    // PGlite opens its files to everybody; those that it makes later lie in a folder that nobody else may enter.
    if (migrated.ok) makeContentPrivate(place.folder)
    return migrated
  }
  const migrated = await migrateOrClose(openPostgres(place.url, ENDLESS, onError), place)
  if (!migrated.ok) return migrated
  await migrated.value.close()
  return ok(openPostgres(place.url, place.patience, onError))
}

async function migrateOrClose(database: Database, { kind }: DatabasePlace): Promise<Result<Database>> {
  try {
    const migrated = await migrate(database.db)
    if (migrated.ok) await oneAtATime(database, kind, () => installJobQueue(database, kind))
    if (migrated.ok) return ok(database)
    await database.close()
    return migrated
  } catch (error) {
    await database.close()
    const words = error instanceof Error ? error.message || error.name : String(error)
    return fail(failure(kind === 'embedded' ? 'catalog-damaged' : 'configuration', { says: 'of-database', words }))
  }
}

/** Two services that start at once would make the same tables. An embedded database has one, and one connection. */
async function oneAtATime({ db }: Database, kind: DatabasePlace['kind'], work: () => Promise<void>): Promise<void> {
  if (kind === 'embedded') return work()
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${INSTALL_LOCK})`.execute(connection)
    try {
      await work()
    } finally {
      await sql`select pg_advisory_unlock(${INSTALL_LOCK})`.execute(connection)
    }
  })
}
