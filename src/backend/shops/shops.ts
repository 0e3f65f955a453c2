import { createHash, randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../database/tables.ts'

export interface NewToken {
  readonly tokenId: string
  /** Shown once; only its SHA-256 is kept. */
  readonly token: string
}

export interface ShopListing {
  readonly name: string
  readonly designs: number
  readonly tokens: readonly TokenListing[]
}

interface TokenListing {
  readonly id: string
  readonly device: string
  readonly createdAt: string
  readonly revokedAt: string | null
}

export interface DeviceListing extends TokenListing {
  readonly shop: string
  /** To the minute; null before its first request. */
  readonly lastSeenAt: string | null
}

/** The shop that a request speaks for. */
export interface ShopIdentity {
  readonly id: string
  readonly name: string
  /** The workstation that asks. */
  readonly device: string
  readonly tokenId: string
}

/** The same, with what it calls itself: engines with a copied data folder have one token. */
export interface AskingShop extends ShopIdentity {
  readonly sender: string
}

/** Makes a shop and its first token. Null when there is a shop of that name. */
export async function addShop(db: Kysely<Tables>, name: string, device: string): Promise<NewToken | null> {
  return db.transaction().execute(async (tx) => {
    const shop = await tx
      .insertInto('shops')
      .values({ name, rev: 0 })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst()
    return shop === undefined ? null : insertToken(tx, shop.id, device)
  })
}

/** Adds a token of the shop for another workstation. Null when there is no shop of that name. */
export async function addToken(db: Kysely<Tables>, shopName: string, device: string): Promise<NewToken | null> {
  const shop = await db.selectFrom('shops').select('id').where('name', '=', shopName).executeTakeFirst()
  return shop === undefined ? null : insertToken(db, shop.id, device)
}

/** Makes a token of the shop for a device. */
export async function insertToken(db: Kysely<Tables>, shopId: string, device: string): Promise<NewToken> {
  const token = `galley_${randomBytes(32).toString('base64url')}`
  const row = await db
    .insertInto('tokens')
    .values({ shop_id: shopId, device, token_hash: hashToken(token) })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { tokenId: row.id, token }
}

/** From then on the token is refused. False when there is no such token, or it was revoked before. */
export async function revokeToken(db: Kysely<Tables>, tokenId: string): Promise<boolean> {
  const revoked = await sql`
    update tokens set revoked_at = now() where id::text = ${tokenId} and revoked_at is null returning id`.execute(db)
  return revoked.rows.length === 1
}

/** The shop of a token that is known and not revoked. 256 random bits need no slow hash and no constant-time compare. */
export async function findShopByToken(db: Kysely<Tables>, token: string): Promise<ShopIdentity | undefined> {
  const found = await db
    .selectFrom('tokens')
    .innerJoin('shops', 'shops.id', 'tokens.shop_id')
    .select(['shops.id', 'shops.name', 'tokens.device', 'tokens.id as tokenId'])
    .select(sql<boolean>`coalesce(last_seen_at < now() - interval '1 minute', true)`.as('isNewlySeen'))
    .where('tokens.token_hash', '=', hashToken(token))
    .where('tokens.revoked_at', 'is', null)
    .executeTakeFirst()
  if (found === undefined) return undefined
  const { isNewlySeen, ...identity } = found
  if (isNewlySeen) await sql`update tokens set last_seen_at = now() where id = ${identity.tokenId}`.execute(db)
  return identity
}

/** Those of the tokens that were revoked. */
export async function findRevoked(db: Kysely<Tables>, tokenIds: readonly string[]): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('tokens')
    .select('id')
    .where('id', 'in', [...new Set(tokenIds)])
    .where('revoked_at', 'is not', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** The workstations of all shops, those that were given a token first before the others. */
export async function listDevices(db: Kysely<Tables>): Promise<DeviceListing[]> {
  const rows = await db
    .selectFrom('tokens')
    .innerJoin('shops', 'shops.id', 'tokens.shop_id')
    .select(['tokens.id', 'shops.name', 'device', 'tokens.created_at', 'last_seen_at', 'revoked_at'])
    .orderBy('tokens.created_at')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    shop: row.name,
    device: row.device,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }))
}

export async function listShops(db: Kysely<Tables>): Promise<ShopListing[]> {
  const shops = await db
    .selectFrom('shops')
    .select((eb) => [
      'id',
      'name',
      eb
        .selectFrom('designs')
        .select((count) => count.fn.countAll().as('n'))
        .whereRef('designs.shop_id', '=', 'shops.id')
        .as('designs'),
    ])
    .orderBy('name')
    .execute()
  const tokens = await db.selectFrom('tokens').selectAll().orderBy('created_at').execute()
  return shops.map((shop) => ({
    name: shop.name,
    designs: Number(shop.designs),
    tokens: tokens
      .filter((token) => token.shop_id === shop.id)
      .map((token) => ({
        id: token.id,
        device: token.device,
        createdAt: token.created_at.toISOString(),
        revokedAt: token.revoked_at?.toISOString() ?? null,
      })),
  }))
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
