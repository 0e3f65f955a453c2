import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
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
