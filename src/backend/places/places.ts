import { type Kysely, sql, type Transaction } from 'kysely'
import type { z } from 'zod'
import type { Place, ReachedResponse, reachedPlaceSchema } from '../../shared/api/places.ts'
import type { Tables } from '../database/tables.ts'
import type { ShopIdentity } from '../shops/shops.ts'
import { assignOld } from './assign-old.ts'
import { rootsOf } from './roots.ts'

/** The shop's places, in the order in which they were told of. */
export async function placesOf(db: Kysely<Tables>, shopId: string): Promise<Place[]> {
  const places = await db
    .selectFrom('places')
    .select(['id', 'name'])
    .where('shop_id', '=', shopId)
    .orderBy('created_at')
    .execute()
  const roots = await rootsOf(db, shopId)
  return places.map(({ id, name }) => {
    const hostKeys = roots.flatMap(({ placeId, hostKey }) => (placeId === id ? [hostKey] : []))
    return { id, name, hostKeys: [...new Set(hostKeys)] }
  })
}

/** A workstation tells of the place that it comes to, and how: a shop's first place, one of its places, or a further one if
 *  a person says so. Old records that lie below its root are assigned to it. */
export async function reachPlace(
  db: Kysely<Tables>,
  { id: shopId, device }: ShopIdentity,
  reached: z.output<typeof reachedPlaceSchema>,
): Promise<ReachedResponse> {
  const isKnown = await db.transaction().execute(async (tx) => {
    // Of two workstations that come first, one makes the shop's first place.
    await tx.selectFrom('shops').select('id').where('id', '=', shopId).forUpdate().executeTakeFirstOrThrow()
    const places = await placesOf(tx, shopId)
    const isNew = places.every(({ id }) => id !== reached.id)
    if (isNew && places.length > 0 && !reached.isFurther) return false
    await keepPlace(tx, shopId, device, reached)
    return true
  })
  if (isKnown) await assignOld(db, shopId)
  return { status: isKnown ? 'known' : 'other', places: await placesOf(db, shopId) }
}

async function keepPlace(
  tx: Transaction<Tables>,
  shop_id: string,
  device: string,
  { id, name, root, hostKey }: z.output<typeof reachedPlaceSchema>,
): Promise<void> {
  await tx
    .insertInto('places')
    // When it is told of, and not when the transaction began that waited for its turn.
    .values({ shop_id, id, name, created_at: sql`clock_timestamp()` })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .insertInto('place_roots')
    .values({ shop_id, device, root, place_id: id, host_key: hostKey })
    .onConflict((conflict) =>
      conflict.columns(['shop_id', 'device', 'root']).doUpdateSet({ place_id: id, host_key: hostKey }),
    )
    .execute()
}
