import { isDeepStrictEqual } from 'node:util'
import { sql, type Transaction } from 'kysely'
import { type DesignRecord, designRecordSchema, type RecordOutcome } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'
import { placed, spotOf } from '../places/placing.ts'
import { rootsOf } from '../places/roots.ts'
import { takeRevs } from './history.ts'
import { daysAgo, refused } from './store-batch.ts'

/** A workstation keeps a replaced file for a week, and may then be offline for days before it tells of an undo. */
const REPLACED_KEPT_DAYS = 90

/** Stores design records. Inside the transaction of a chunk. */
export async function storeDesigns(
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly unknown[],
  device: string,
): Promise<RecordOutcome[]> {
  const roots = await rootsOf(tx, shopId)
  const parsed = records.map((record) => {
    const result = designRecordSchema.safeParse(record)
    return result.success ? { ...result, data: placed(result.data, device, roots) } : result
  })
  const valid = parsed.flatMap((result) => (result.success ? [result.data] : []))
  const known = await findKnown(tx, shopId, valid)
  const created = new Map<string, DesignRecord>()
  const replaced: DesignRecord[] = []
  const outcomes = parsed.map((result, index): RecordOutcome => {
    if (!result.success) return refused(records[index], result.error)
    const record = result.data
    const same = known.find(({ id }) => id === record.id)
    if (same !== undefined) {
      return isDeepStrictEqual(withoutPlace(same), withoutPlace(record))
        ? { status: 'existing', id: record.id }
        : rejected(record.id, 'a design with this id is stored with other content')
    }
    const at = known.find((one) => spotOf(one) === spotOf(record))
    if (at !== undefined && at.id !== record.replaces) {
      return rejected(record.id, `at this remotePath is design ${at.number} of ${at.template} (${at.id})`)
    }
    // What it replaces may be known by another way that leads to the same file.
    const before = known.findIndex(({ id }) => id === record.replaces)
    const old = known[before]
    if (old !== undefined) {
      known.splice(before, 1)
      replaced.push(old)
      created.delete(old.id)
    }
    known.push(record)
    created.set(record.id, record)
    return { status: 'created', id: record.id }
  })
  if (replaced.length > 0) await endReplaced(tx, shopId, replaced)
  if (created.size > 0) await insertDesigns(tx, shopId, [...created.values()], { device })
  return outcomes
}

/** The records end, and are kept for a replacement that is taken back. */
async function endReplaced(tx: Transaction<Tables>, shopId: string, replaced: readonly DesignRecord[]): Promise<void> {
  const ids = replaced.map(({ id }) => id)
  await tx.deleteFrom('designs').where('shop_id', '=', shopId).where('id', 'in', ids).execute()
  await tx
    .deleteFrom('replaced_designs')
    .where('shop_id', '=', shopId)
    .where((eb) => eb.or([eb('id', 'in', ids), eb('created_at', '<', daysAgo(REPLACED_KEPT_DAYS))]))
    .execute()
  await tx
    .insertInto('replaced_designs')
    .values(replaced.map((record) => ({ shop_id: shopId, id: record.id, record: JSON.stringify(record) })))
    .execute()
}

async function findKnown(
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly DesignRecord[],
): Promise<DesignRecord[]> {
  if (records.length === 0) return []
  const rows = await tx
    .selectFrom('designs')
    .select('record')
    .where('shop_id', '=', shopId)
    .where((eb) =>
      eb.or([
        eb(
          'id',
          'in',
          records.flatMap(({ id, replaces }) => (replaces === undefined ? [id] : [id, replaces])),
        ),
        eb('spot', 'in', records.map(spotOf)),
      ]),
    )
    .execute()
  return rows.map(({ record }) => record)
}

interface Origin {
  /** That sent them, where it is known. */
  readonly device?: string
  /** A workstation had sent them before. */
  readonly isResent?: boolean
}

/** Stores records that the shop has not, each with a rev of its own. In a transaction that holds the shop's row. */
export async function insertDesigns(
  tx: Transaction<Tables>,
  shopId: string,
  designs: readonly DesignRecord[],
  { device, isResent = false }: Origin = {},
): Promise<void> {
  const ids = designs.map(({ id }) => id)
  await tx.deleteFrom('gone_designs').where('shop_id', '=', shopId).where('id', 'in', ids).execute()
  // What is stored needs no claim any more.
  await tx.deleteFrom('claims').where('shop_id', '=', shopId).where('id', 'in', ids).execute()
  const before = await takeRevs(tx, shopId, designs.length)
  await sql`
    insert into designs (shop_id, id, rev, record, device, resent)
    select ${shopId}::uuid, (record ->> 'id')::uuid, ${before}::bigint + position, record, ${device ?? null}, ${isResent}
    from jsonb_array_elements(${JSON.stringify(designs)}::jsonb) with ordinality as chunk (record, position)`.execute(
    tx,
  )
}

/** Known by where it was sent to, whether or not it has a place by now. */
function withoutPlace({ placeId: _, path: __, ...record }: DesignRecord): Omit<DesignRecord, 'placeId' | 'path'> {
  return record
}

function rejected(id: string, reason: string): RecordOutcome {
  return { status: 'rejected', id, reason }
}
