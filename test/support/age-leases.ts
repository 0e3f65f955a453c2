import { sql } from 'kysely'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import { openDatabase } from '../../src/backend/database/open.ts'
import { CLAIM_LEASE_MS } from '../../src/shared/api/claims.ts'
import { expectOk } from './engine.ts'

/** All leases of numbers are older by that, as if their workstations had been silent meanwhile; by default they end. While no
 *  service has the database. */
export async function ageLeases(place: DatabasePlace, ms = CLAIM_LEASE_MS): Promise<void> {
  const { db, close } = expectOk(await openDatabase(place, () => undefined))
  await sql`update number_leases set expires_at = expires_at - make_interval(secs => ${ms / 1000})`.execute(db)
  await close()
}
