import { join } from 'node:path'
import { CompiledQuery, Kysely } from 'kysely'
import { lockDataFolder } from '../../data-folder/lock.ts'
import { makeContentPrivate } from '../../data-folder/private-folder.ts'
import { ok, type Result } from '../../shared/domain/result.ts'
import type { Database, RunScript } from './database.ts'
import { startDatabaseThread } from './embedded-thread.ts'
import { exclusiveDialect } from './exclusive-dialect.ts'
import type { Tables } from './tables.ts'

/** Within the data folder. */
export function databaseFolder(folder: string): string {
  return join(folder, 'pgdata')
}

/** Where a folder goes that another takes the place of. */
export function datedName(folder: string, state: 'before' | 'damaged'): string {
  return `${folder}.${state}-${new Date().toISOString().replaceAll(':', '-')}`
}

/** Opens PGlite over a folder, in a thread of its own. It runs without fsync: it survives the end of its process, but a
 *  power cut may cost it its last writes. One process at a time may have a folder open, and no other user reads in it. */
export async function openEmbedded(folder: string, workerEntry: URL): Promise<Result<Database>> {
  const lock = lockDataFolder(folder)
  if (!lock.ok) return lock
  const thread = startDatabaseThread(workerEntry, { dataFolder: databaseFolder(folder) })
  const lost = thread.ended.finally(lock.value.release)
  const db = new Kysely<Tables>({ dialect: exclusiveDialect(thread) })
  return ok({
    db,
    runScript: scriptsOf(db),
    lost,
    pool: () => null,
    async close() {
      await db.destroy()
      await lost
      makeContentPrivate(folder)
    },
  })
}

/** The one connection is everybody's: what a script that failed has left open on it is ended before the next has it. */
function scriptsOf(db: Kysely<Tables>): RunScript {
  return (text, values = []) =>
    db.connection().execute(async (connection) => {
      try {
        return await connection.executeQuery(CompiledQuery.raw(text, [...values]))
      } catch (error) {
        await connection.executeQuery(CompiledQuery.raw('rollback'))
        throw error
      }
    })
}
