import type { Transaction } from 'kysely'
import type { DesignRecord, RecordOutcome } from '../../shared/api/records.ts'
import { type UndoneRecord, undoneRecordSchema } from '../../shared/api/undone.ts'
import type { Tables } from '../database/tables.ts'
import { takeRevs } from './history.ts'
import { refused } from './store-batch.ts'
import { insertDesigns } from './store-designs.ts'

/** Takes replacements back: the new design's record ends, and the one that it had ended is there again as if it was stored
 *  anew, for colleagues as well. Of one that is not here (any more) nothing is to be done. Inside the transaction of a
 *  chunk. */
export async function storeUndone(
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly unknown[],
): Promise<RecordOutcome[]> {
  const outcomes: RecordOutcome[] = []
  for (const given of records) {
    const parsed = undoneRecordSchema.safeParse(given)
    outcomes.push(parsed.success ? await takeBack(tx, shopId, parsed.data) : refused(given, parsed.error))
  }
  return outcomes
}

async function takeBack(
  tx: Transaction<Tables>,
  shopId: string,
  { id, designId, replaced }: UndoneRecord,
): Promise<RecordOutcome> {
  const stored = await recordIn(tx, 'designs', shopId, designId)
  if (stored === undefined) return { status: 'existing', id }
  if (stored.replaces !== replaced) return { status: 'rejected', id, reason: 'that design did not replace this one' }
  await tx.deleteFrom('designs').where('shop_id', '=', shopId).where('id', '=', designId).execute()
  const rev = (await takeRevs(tx, shopId, 1)) + 1
  const { uploadedAt: uploaded_at } = stored
  await tx.insertInto('gone_designs').values({ shop_id: shopId, id: designId, rev, uploaded_at, replaced }).execute()
  // Of a design from before Galley the service never had a record.
  const old = await recordIn(tx, 'replaced_designs', shopId, replaced)
  if (old !== undefined) {
    await tx.deleteFrom('replaced_designs').where('shop_id', '=', shopId).where('id', '=', replaced).execute()
    await insertDesigns(tx, shopId, [old])
  }
  return { status: 'created', id }
}

async function recordIn(
  tx: Transaction<Tables>,
  table: 'designs' | 'replaced_designs',
  shopId: string,
  id: string,
): Promise<DesignRecord | undefined> {
  const row = await tx
    .selectFrom(table)
    .select('record')
    .where('shop_id', '=', shopId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.record
}
