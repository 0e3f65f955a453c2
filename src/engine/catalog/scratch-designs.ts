import Sqlite from 'better-sqlite3'
import { createDesigns, type Designs } from './designs.ts'
import { migrate } from './migrations/migrate.ts'

/** Designs that nobody keeps, in a database of its own: SQLite holds little of it in memory, the rest in a temporary file
 *  that is gone when it is closed, or the process ends. */
export function openScratchDesigns(): { readonly designs: Designs; close(): void } {
  const database = new Sqlite('')
  migrate(database)
  // The shop and the template of these designs are in the catalog.
  database.pragma('foreign_keys = OFF')
  return { designs: createDesigns(database), close: () => void database.close() }
}
