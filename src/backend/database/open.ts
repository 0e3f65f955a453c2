import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Database, DatabasePlace } from './database.ts'
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrations.ts'
import { openPostgres } from './postgres.ts'

/** Opens the database and brings it to this program's version. */
export async function openDatabase(place: DatabasePlace, onError: (error: Error) => void): Promise<Result<Database>> {
  const opened =
    place.kind === 'embedded'
      ? await openEmbedded(place.folder, place.workerEntry)
      : ok(openPostgres(place.url, onError))
  if (!opened.ok) return opened
  const database = opened.value
  try {
    const migrated = await migrate(database.db)
    if (migrated.ok) return ok(database)
    await database.close()
    return migrated
  } catch (error) {
    await database.close()
    const detail = error instanceof Error ? error.message || error.name : String(error)
    return fail(failure(place.kind === 'embedded' ? 'catalog-damaged' : 'configuration', `database: ${detail}`))
  }
}
