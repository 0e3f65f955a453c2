import { createHash } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { DesignRecord } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'

/** Keeps the bytes under their SHA-256; once, however often they come. False when that is not what they are called. */
export async function storeBlob(db: Kysely<Tables>, shopId: string, sha256: string, data: Buffer): Promise<boolean> {
  if (createHash('sha256').update(data).digest('hex') !== sha256) return false
  await db
    .insertInto('blobs')
    .values({ shop_id: shopId, sha256, data })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return true
}

/** Drops the pictures of records that ended, but for those that another record or a mockup tells of as well: one that stands, or
 *  one that may be there again. Inside the transaction that ends them. */
export async function dropPictures(
  tx: Transaction<Tables>,
  shopId: string,
  ended: readonly Pick<DesignRecord, 'thumbnail'>[],
): Promise<void> {
  const names = ended.flatMap(({ thumbnail }) => thumbnail ?? [])
  if (names.length === 0) return
  await sql`
    delete from blobs where shop_id = ${shopId}::uuid and sha256 in (${sql.join(names)})
      and not exists (select 1 from designs
        where designs.shop_id = blobs.shop_id and designs.record ->> 'thumbnail' = blobs.sha256)
      and not exists (select 1 from replaced_designs
        where replaced_designs.shop_id = blobs.shop_id and replaced_designs.record ->> 'thumbnail' = blobs.sha256)
      and not exists (select 1 from mockups
        where mockups.shop_id = blobs.shop_id and position(blobs.sha256 in mockups.content::text) > 0)`.execute(tx)
}

/** Null when the shop has none of that name. */
export async function readBlob(db: Kysely<Tables>, shopId: string, sha256: string): Promise<Buffer | null> {
  const found = await db
    .selectFrom('blobs')
    .select('data')
    .where('shop_id', '=', shopId)
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  return found === undefined ? null : Buffer.from(found.data)
}
