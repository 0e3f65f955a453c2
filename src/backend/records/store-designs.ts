import { isDeepStrictEqual } from 'node:util'
import { sql, type Transaction } from 'kysely'
import { type DesignRecord, designRecordSchema, type RecordOutcome } from '../../shared/api/records.ts'
import { staysBelow } from '../../shared/domain/place.ts'
import type { Tables } from '../database/tables.ts'
import { placed, spotOf } from '../places/placing.ts'
import { rootsOf } from '../places/roots.ts'
import { dropPictures } from './blobs.ts'
import { takeRevs } from './history.ts'
import { type KnownDesign, otherDesign } from './known-design.ts'
import { daysAgo, refused } from './store-batch.ts'

/** A workstation keeps a replaced file for a week, and may then be offline for days before it tells of an undo. */
const REPLACED_KEPT_DAYS = 90

const sentSchema = designRecordSchema.refine(({ path }) => path === undefined || staysBelow(path), {
  path: ['path'],
  error: 'leads out of its place',
})

/** Stores design records. Inside the transaction of a chunk. */
export async function storeDesigns(
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly unknown[],
  device: string,
): Promise<RecordOutcome[]> {
  const roots = await rootsOf(tx, shopId)
  const parsed = records.map((record) => {
    const result = sentSchema.safeParse(record)
    return result.success ? { ...result, data: placed(result.data, device, roots) } : result
  })
  const valid = parsed.flatMap((result) => (result.success ? [result.data] : []))
  const known = await findKnown(tx, shopId, valid)
  const created = new Map<string, DesignRecord>()
  const replaced: DesignRecord[] = []
  const outcomes = parsed.map((result, index): RecordOutcome => {
    if (!result.success) return refused(records[index], result.error)
    const record = result.data
    const same = known.find((one) => one.record.id === record.id)
    if (same !== undefined) {
      return isDeepStrictEqual(withoutPlace(same.record), withoutPlace(record))
        ? { status: 'existing', id: record.id }
        : rejected(record.id, 'differs', 'a design with this id is stored with other content', same)
    }
    const at = known.find((one) => spotOf(one.record) === spotOf(record))
    // Imported from the NAS before the record of its upload came.
    const given = at !== undefined && at.record.imported === true && isStoredAs(at.record, record) ? at.record.id : null
    if (at !== undefined && at.record.id !== record.replaces && given === null) {
      const { id, number, template } = at.record
      return rejected(record.id, 'path-taken', `at this remotePath is design ${number} of ${template} (${id})`, at)
    }
    // What it replaces may be known by another way that leads to the same file.
    const before = known.findIndex((one) => one.record.id === (given ?? record.replaces))
    const old = known[before]
    if (old !== undefined) {
      known.splice(before, 1)
      replaced.push(old.record)
      created.delete(old.record.id)
    }
    const equal = known.find((one) => isSameFile(one.record, record))
    known.push({ record, device })
    created.set(record.id, record)
    return { status: 'created', id: record.id, ...(equal === undefined ? {} : { equal: otherDesign(equal) }) }
  })
  if (replaced.length > 0) await endReplaced(tx, shopId, replaced)
  if (created.size > 0) await insertDesigns(tx, shopId, [...created.values()], { device })
  return outcomes
}

/** The records end, and are kept for a replacement that is taken back. */
async function endReplaced(tx: Transaction<Tables>, shopId: string, replaced: readonly DesignRecord[]): Promise<void> {
  const ids = replaced.map(({ id }) => id)
  await tx.deleteFrom('designs').where('shop_id', '=', shopId).where('id', 'in', ids).execute()
  const over = await tx
    .deleteFrom('replaced_designs')
    .where('shop_id', '=', shopId)
    .where((eb) => eb.or([eb('id', 'in', ids), eb('created_at', '<', daysAgo(REPLACED_KEPT_DAYS))]))
    .returning('record')
    .execute()
  await tx
    .insertInto('replaced_designs')
    .values(replaced.map((record) => ({ shop_id: shopId, id: record.id, record: JSON.stringify(record) })))
    .execute()
  await dropPictures(
    tx,
    shopId,
    over.map(({ record }) => record),
  )
}

/** Those with the ids, the places or the bytes of these records. */
async function findKnown(
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly DesignRecord[],
): Promise<KnownDesign[]> {
  if (records.length === 0) return []
  const listOf = (values: readonly string[]) => sql.join(values)
  const ids = records.flatMap(({ id, replaces }) => (replaces === undefined ? [id] : [id, replaces]))
  const { rows } = await sql<KnownDesign>`
    select record, device from designs where shop_id = ${shopId}::uuid and (
      id in (${listOf(ids)})
      or spot in (${listOf(records.map(spotOf))})
      or record #>> '{fingerprint,sha256}' in (${listOf(records.map(({ fingerprint }) => fingerprint.sha256))})
    )`.execute(tx)
  return rows
}

function isStoredAs(one: DesignRecord, other: DesignRecord): boolean {
  return one.storedSha256 === other.storedSha256 && other.imported !== true
}

/** The same bytes for the same template. */
export function isSameFile(one: DesignRecord, other: DesignRecord): boolean {
  return one.template === other.template && one.fingerprint.sha256 === other.fingerprint.sha256
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

/** Known by where it was sent to, whether or not it has a place by now, or what an older service did not keep. */
function withoutPlace({ placeId: _, path: __, thumbnail: ___, templateId: ____, ...record }: DesignRecord) {
  return record
}

function rejected(id: string, code: 'differs' | 'path-taken', reason: string, other: KnownDesign): RecordOutcome {
  return { status: 'rejected', id, reason, code, other: otherDesign(other) }
}
