import { createHash } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { z } from 'zod'
import { type BatchResponse, type RecordOutcome, storableText } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'
import type { ShopIdentity } from '../shops/shops.ts'
import { lastPoint } from './history.ts'

/** After this long a workstation no longer asks about a chunk it sent. Ids alone then keep a record from doubling. */
const ANSWERS_KEPT_DAYS = 90

const MAX_ID_LENGTH = 200

export type StoredBatch =
  /** `isRepeated`: the chunk had come before. */
  | { readonly kind: 'answered'; readonly response: BatchResponse; readonly isRepeated: boolean }
  /** The key was used before with other records. */
  | { readonly kind: 'key-reused' }

/** Stores the records of one kind that a device sent; an outcome for each, in order. */
export type StoreRecords = (
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly unknown[],
  /** The workstation that sends them. */
  device: string,
) => Promise<RecordOutcome[]>

/** Stores a chunk in one transaction. The same key with the same records gets the answer that it got the first time; a
 *  record that cannot be stored is rejected and does not hold the others. */
export async function storeBatch(
  db: Kysely<Tables>,
  { id: shopId, device }: ShopIdentity,
  idempotencyKey: string,
  records: readonly unknown[],
  store: StoreRecords,
): Promise<StoredBatch> {
  const bodyHash = hashBody(records)
  return db.transaction().execute(async (tx) => {
    // Holding the shop's row makes its batches follow one another. So a rev is visible before any later one is given
    // out, and the feed's cursor skips nothing; a serial number would be passed over by a reader until its late commit.
    await tx.selectFrom('shops').select('id').where('id', '=', shopId).forUpdate().executeTakeFirstOrThrow()
    const given = await tx
      .selectFrom('answers')
      .select(['body_hash', 'response'])
      .where('shop_id', '=', shopId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst()
    if (given !== undefined) {
      return given.body_hash === bodyHash
        ? { kind: 'answered', response: given.response, isRepeated: true }
        : { kind: 'key-reused' }
    }
    const outcomes = await store(tx, shopId, records, device)
    const response = { outcomes, ...(await lastPoint(tx, shopId)) }
    await tx
      .insertInto('answers')
      .values({
        shop_id: shopId,
        idempotency_key: idempotencyKey,
        body_hash: bodyHash,
        response: JSON.stringify(response),
      })
      .execute()
    await tx
      .deleteFrom('answers')
      .where('shop_id', '=', shopId)
      .where('created_at', '<', daysAgo(ANSWERS_KEPT_DAYS))
      .execute()
    return { kind: 'answered', response, isRepeated: false }
  })
}

/** By the database's own clock. */
export function daysAgo(days: number) {
  return sql<Date>`now() - make_interval(days => ${days})`
}

/** The outcome of a record that is not one. */
export function refused(record: unknown, { issues }: z.ZodError): RecordOutcome {
  const [issue] = issues
  const where = issue?.path.join('.') ?? ''
  const reason = `${where === '' ? 'record' : where}: ${issue?.message ?? 'invalid'}`
  return { status: 'rejected', id: idOf(record), reason }
}

/** Null where it has none that could be stored with the answer. */
function idOf(record: unknown): string | null {
  if (typeof record !== 'object' || record === null || !('id' in record)) return null
  const id = storableText(MAX_ID_LENGTH).safeParse(record.id)
  return id.success ? id.data : null
}

/** The same records hash the same, in whatever order their fields come. */
function hashBody(records: readonly unknown[]): string {
  const sorted = JSON.stringify(records, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(sorted).digest('hex')
}
