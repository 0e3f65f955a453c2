import { isDeepStrictEqual } from 'node:util'
import { sql, type Transaction } from 'kysely'
import { type DecisionRecord, decisionRecordSchema } from '../../shared/api/decisions.ts'
import type { RecordOutcome } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'
import { takeRevs } from './history.ts'
import { readDecisionsOf } from './read-known.ts'
import { refused } from './store-batch.ts'

/** Stores what was said of pairs of artworks; what is said last of a pair holds. Inside the transaction of a chunk. */
export async function storeDecisions(
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly unknown[],
): Promise<RecordOutcome[]> {
  const parsed = records.map((record) => decisionRecordSchema.safeParse(record))
  const known = await readDecisionsOf(
    tx,
    shopId,
    parsed.flatMap(({ data }) => data?.sha256 ?? []),
  )
  const said = new Map<string, DecisionRecord>()
  const outcomes = parsed.map((result, index): RecordOutcome => {
    if (!result.success) return refused(records[index], result.error)
    const record = result.data
    if (known.some((one) => isDeepStrictEqual(one, record))) return { status: 'existing', id: record.id }
    said.set(`${record.sha256} ${record.againstSha256}`, record)
    return { status: 'created', id: record.id }
  })
  await putDecisions(tx, shopId, [...said.values()])
  return outcomes
}

/** Each takes the place of what was said of its two artworks before. In a transaction that holds the shop's row. */
export async function putDecisions(
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly DecisionRecord[],
): Promise<void> {
  const before = await takeRevs(tx, shopId, records.length)
  await sql`
    insert into decisions (shop_id, rev, record)
    select ${shopId}::uuid, ${before}::bigint + position, record
    from jsonb_array_elements(${JSON.stringify(records)}::jsonb) with ordinality as chunk (record, position)
    on conflict (shop_id, sha256, against_sha256) do update set rev = excluded.rev, record = excluded.record`.execute(
    tx,
  )
}
