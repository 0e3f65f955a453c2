import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { PlaceRoot } from './placing.ts'

/** All the ways in which the shop's workstations come to its places. */
export async function rootsOf(
  db: Kysely<Tables>,
  shopId: string,
): Promise<readonly (PlaceRoot & { readonly hostKey: string })[]> {
  return db
    .selectFrom('place_roots')
    .select(['place_id as placeId', 'device', 'root', 'host_key as hostKey'])
    .where('shop_id', '=', shopId)
    .orderBy('device')
    .orderBy('root')
    .execute()
}
