import { makeContentPrivate } from '../../data-folder/private-folder.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Database, DatabasePlace, Patience } from './database.ts'
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrations.ts'
import { openPostgres } from './postgres.ts'

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
    if (migrated.ok) return ok(database)
    await database.close()
    return migrated
  } catch (error) {
    await database.close()
    const words = error instanceof Error ? error.message || error.name : String(error)
    return fail(failure(kind === 'embedded' ? 'catalog-damaged' : 'configuration', { says: 'of-database', words }))
  }
}
