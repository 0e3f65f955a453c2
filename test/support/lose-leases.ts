import { sql } from 'kysely'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import { openDatabase } from '../../src/backend/database/open.ts'
import { expectOk } from './engine.ts'

/** All leases of numbers end at this moment, as if their workstations had been silent for long. While no service has the
 *  database. */
export async function loseLeases(place: DatabasePlace): Promise<void> {
  const { db, close } = expectOk(await openDatabase(place, () => undefined))
  await sql`update number_leases set expires_at = now()`.execute(db)
  await close()
}
