import { type Kysely, sql, type Transaction } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { takeRevs } from '../records/history.ts'
import { type Located, placed, spotOf } from './placing.ts'
import { rootsOf } from './roots.ts'

/** Records in one transaction at most: others of the shop wait for it. */
const PAGE = 500

interface Unplaced {
  readonly id: string
  readonly remotePath: string
  readonly device: string | null
}

/** Gives records from before there were places the place that they lie in, as far as the shop's workstations have told how
 *  they come there. Who has read them hears of it: each has a new rev. May be cut short at any point and begun anew. */
export async function assignOld(db: Kysely<Tables>, shopId: string): Promise<void> {
  for (const table of ['designs', 'replaced_designs'] as const) {
    for (let after: string | null = null; ; ) {
      const page: readonly Unplaced[] = await db.transaction().execute((tx) => assignPage(tx, table, shopId, after))
      after = page.at(-1)?.id ?? null
      if (after === null) break
    }
  }
}

async function assignPage(
  tx: Transaction<Tables>,
  table: 'designs' | 'replaced_designs',
  shopId: string,
  after: string | null,
): Promise<readonly Unplaced[]> {
  await tx.selectFrom('shops').select('id').where('id', '=', shopId).forUpdate().executeTakeFirstOrThrow()
  const page = await readUnplaced(tx, table, shopId, after)
  const roots = await rootsOf(tx, shopId)
  const fitting = page.flatMap(({ device, ...record }) => {
    const { id, placeId, path, remotePath } = placed<Located & typeof record>(record, device, roots)
    return placeId === undefined ? [] : [{ id, placeId, path, spot: spotOf({ placeId, path, remotePath }) }]
  })
  const free = table === 'designs' ? await freeSpots(tx, shopId, fitting) : fitting
  if (free.length === 0) return page
  const before = table === 'designs' ? await takeRevs(tx, shopId, free.length) : 0
  const rows = JSON.stringify(free.map((one, index) => ({ ...one, rev: before + index + 1 })))
  const rev = table === 'designs' ? sql`, rev = assigned.rev` : sql``
  await sql`
    update ${sql.table(table)} as old
    set record = record || jsonb_build_object('placeId', assigned."placeId", 'path', assigned.path)${rev}
    from jsonb_to_recordset(${rows}::jsonb) as assigned (id uuid, "placeId" text, path text, rev bigint)
    where old.shop_id = ${shopId}::uuid and old.id = assigned.id`.execute(tx)
  return page
}

async function readUnplaced(
  tx: Kysely<Tables>,
  table: 'designs' | 'replaced_designs',
  shopId: string,
  after: string | null,
): Promise<readonly Unplaced[]> {
  const device = table === 'designs' ? sql`device` : sql`null::text as device`
  const { rows } = await sql<Unplaced>`
    select id, record ->> 'remotePath' as "remotePath", ${device} from ${sql.table(table)}
    where shop_id = ${shopId}::uuid and record ->> 'placeId' is null
      and (${after}::uuid is null or id > ${after}::uuid)
    order by id limit ${PAGE}`.execute(tx)
  return rows
}

/** Those whose file no other record has: of two that were sent for one file, by two ways, the first. */
async function freeSpots<T extends { readonly spot: string }>(
  tx: Kysely<Tables>,
  shopId: string,
  wanted: readonly T[],
): Promise<readonly T[]> {
  if (wanted.length === 0) return []
  const spots = wanted.map(({ spot }) => spot)
  const taken = await tx
    .selectFrom('designs')
    .select('spot')
    .where('shop_id', '=', shopId)
    .where('spot', 'in', spots)
    .execute()
  const seen = new Set(taken.map(({ spot }) => spot))
  return wanted.filter(({ spot }) => !seen.has(spot) && seen.add(spot))
}
