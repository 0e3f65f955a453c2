import type { Kysely } from 'kysely'
import type { DecisionRecord } from '../../shared/api/decisions.ts'
import type { DesignRecord } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'
import { spotOf } from '../places/placing.ts'
import type { KnownDesigns } from './merge-resent.ts'

/** What the shop knows of these designs, and of all that was ever stored where they or these spots are. */
export async function readKnownDesigns(
  db: Kysely<Tables>,
  shopId: string,
  ids: readonly string[],
  spots: readonly string[],
): Promise<KnownDesigns & { readonly standing: ReadonlySet<string> }> {
  const gone =
    ids.length === 0
      ? []
      : await db
          .selectFrom('gone_designs')
          .select(['id', 'uploaded_at as uploadedAt', 'replaced'])
          .where('shop_id', '=', shopId)
          .where('id', 'in', [...ids])
          .execute()
  const named = [
    ...(await read(db, 'designs', shopId, 'id', ids)),
    ...(await read(db, 'replaced_designs', shopId, 'id', ids)),
  ]
  const at = [...new Set([...spots, ...named.map(spotOf)])]
  const standing = await read(db, 'designs', shopId, 'spot', at)
  const replaced = await read(db, 'replaced_designs', shopId, 'spot', at)
  return {
    records: new Map([...replaced, ...standing].map((record) => [record.id, record])),
    standing: new Set(standing.map(({ id }) => id)),
    gone: new Map(gone.map((one) => [one.id, one])),
  }
}

/** What was last said of these artworks beside others. */
export async function readDecisionsOf(
  db: Kysely<Tables>,
  shopId: string,
  sha256s: readonly string[],
): Promise<DecisionRecord[]> {
  if (sha256s.length === 0) return []
  const rows = await db
    .selectFrom('decisions')
    .select('record')
    .where('shop_id', '=', shopId)
    .where('sha256', 'in', [...sha256s])
    .execute()
  return rows.map(({ record }) => record)
}

async function read(
  db: Kysely<Tables>,
  table: 'designs' | 'replaced_designs',
  shopId: string,
  column: 'id' | 'spot',
  values: readonly string[],
): Promise<DesignRecord[]> {
  if (values.length === 0) return []
  const rows = await db
    .selectFrom(table)
    .select('record')
    .where('shop_id', '=', shopId)
    .where(column, 'in', [...values])
    .execute()
  return rows.map(({ record }) => record)
}
