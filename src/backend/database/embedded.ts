import { join } from 'node:path'
import { Kysely } from 'kysely'
import { lockDataFolder } from '../../data-folder/lock.ts'
import { makeContentPrivate } from '../../data-folder/private-folder.ts'
import { ok, type Result } from '../../shared/domain/result.ts'
import type { Database } from './database.ts'
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
    lost,
    pool: () => null,
    async close() {
      await db.destroy()
      await lost
      makeContentPrivate(folder)
    },
  })
}
