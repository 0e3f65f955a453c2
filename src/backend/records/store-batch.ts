import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Kysely, sql, type Transaction } from 'kysely'
import {
  type BatchResponse,
  type DesignRecord,
  designRecordSchema,
  type RecordOutcome,
} from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'

/** After this long a workstation no longer asks about a chunk it sent. Ids alone then keep a record from doubling. */
const ANSWERS_KEPT_DAYS = 90

export type StoredBatch =
  | { readonly kind: 'answered'; readonly response: BatchResponse }
  /** The key was used before with other records. */
  | { readonly kind: 'key-reused' }

/** Stores a chunk in one transaction. The same key with the same records gets the answer that it got the first time; a
 *  record that cannot be stored is rejected and does not hold the others. */
export async function storeBatch(
  db: Kysely<Tables>,
  shopId: string,
  idempotencyKey: string,
  records: readonly unknown[],
): Promise<StoredBatch> {
  const bodyHash = hashBody(records)
  return db.transaction().execute(async (tx) => {
    // Holding the shop's row makes its batches follow one another. So a rev is visible before any later one is given
    // out, and the feed's cursor skips nothing; a serial number would be passed over by a reader until its late commit.
    const shop = await tx
      .selectFrom('shops')
      .select('rev')
      .where('id', '=', shopId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const given = await tx
      .selectFrom('answers')
      .select(['body_hash', 'response'])
      .where('shop_id', '=', shopId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst()
    if (given !== undefined) {
      return given.body_hash === bodyHash ? { kind: 'answered', response: given.response } : { kind: 'key-reused' }
    }
    const response = { outcomes: await storeRecords(tx, shopId, Number(shop.rev), records) }
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
      .where('created_at', '<', sql<Date>`now() - make_interval(days => ${ANSWERS_KEPT_DAYS})`)
      .execute()
    return { kind: 'answered', response }
  })
}

async function storeRecords(
  tx: Transaction<Tables>,
  shopId: string,
  rev: number,
  records: readonly unknown[],
): Promise<RecordOutcome[]> {
  const parsed = records.map((record) => designRecordSchema.safeParse(record))
  const valid = parsed.flatMap((result) => (result.success ? [result.data] : []))
  const known = await findKnown(tx, shopId, valid)
  const created: DesignRecord[] = []
  const outcomes = parsed.map((result, index): RecordOutcome => {
    if (!result.success) {
      const issue = result.error.issues[0]
      const where = issue?.path.join('.') ?? ''
      return rejected(idOf(records[index]), `${where === '' ? 'record' : where}: ${issue?.message ?? 'invalid'}`)
    }
    const record = result.data
    const same = known.find(({ id }) => id === record.id)
    if (same !== undefined) {
      return isDeepStrictEqual(same, record)
        ? { status: 'existing', id: record.id }
        : rejected(record.id, 'a design with this id is stored with other content')
    }
    if (known.some(({ remotePath }) => remotePath === record.remotePath)) {
      return rejected(record.id, 'another design of the shop is stored at this remotePath')
    }
    known.push(record)
    created.push(record)
    return { status: 'created', id: record.id }
  })
  if (created.length > 0) await insertDesigns(tx, shopId, rev, created)
  return outcomes
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
          records.map(({ id }) => id),
        ),
        eb(
          'remote_path',
          'in',
          records.map(({ remotePath }) => remotePath),
        ),
      ]),
    )
    .execute()
  return rows.map(({ record }) => record)
}

async function insertDesigns(tx: Transaction<Tables>, shopId: string, rev: number, designs: readonly DesignRecord[]) {
  await sql`
    insert into designs (shop_id, id, rev, record)
    select ${shopId}::uuid, (record ->> 'id')::uuid, ${rev}::bigint + position, record
    from jsonb_array_elements(${JSON.stringify(designs)}::jsonb) with ordinality as chunk (record, position)`.execute(
    tx,
  )
  await tx
    .updateTable('shops')
    .set({ rev: rev + designs.length })
    .where('id', '=', shopId)
    .execute()
}

function rejected(id: string | null, reason: string): RecordOutcome {
  return { status: 'rejected', id, reason }
}

function idOf(record: unknown): string | null {
  return typeof record === 'object' && record !== null && 'id' in record && typeof record.id === 'string'
    ? record.id
    : null
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
