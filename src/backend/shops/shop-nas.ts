import type { Kysely } from 'kysely'
import { z } from 'zod'
import { fingerprintSchema, nasSchema } from '../../shared/domain/shop.ts'
import type { Tables } from '../database/tables.ts'

/** By what a shop's workers come to its NAS. What signs them in lies on their machines. */
const shopNasSchema = z.object({
  nas: nasSchema.pick({ host: true, port: true, user: true, root: true }),
  hostKey: fingerprintSchema,
})
export type ShopNas = z.infer<typeof shopNasSchema>

/** Keeps it, a `ShopNas` as JSON, in place of what was kept; what is against that, or null. */
export async function setNas(db: Kysely<Tables>, shopName: string, given: string): Promise<string | null> {
  const parsed = shopNasSchema.safeParse(JSON.parse(given))
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  const { nas, hostKey } = parsed.data
  const shop = await db.selectFrom('shops').select('id').where('name', '=', shopName).executeTakeFirst()
  if (shop === undefined) return `There is none: shop ${shopName}. See \`shop list\`.`
  const row = { nas: JSON.stringify(nas), host_key: hostKey }
  await db
    .insertInto('shop_nas')
    .values({ shop_id: shop.id, ...row })
    .onConflict((conflict) => conflict.column('shop_id').doUpdateSet(row))
    .execute()
  return null
}

/** Null where none is set. */
export async function readShopNas(
  db: Kysely<Tables>,
  shopId: string,
): Promise<(ShopNas & { readonly shopName: string }) | null> {
  const row = await db
    .selectFrom('shop_nas')
    .innerJoin('shops', 'shops.id', 'shop_nas.shop_id')
    .select(['shops.name as shopName', 'nas', 'host_key as hostKey'])
    .where('shop_id', '=', shopId)
    .executeTakeFirst()
  return row ?? null
}
