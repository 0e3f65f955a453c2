import type { Transaction } from 'kysely'
import type { DesignRecord, RecordOutcome } from '../../shared/api/records.ts'
import { type UndoneRecord, undoneRecordSchema } from '../../shared/api/undone.ts'
import type { Tables } from '../database/tables.ts'
import { dropPictures } from './blobs.ts'
import { takeRevs } from './history.ts'
import { refused } from './store-batch.ts'
import { insertDesigns, isSameFile } from './store-designs.ts'

/** Takes designs back: the record ends, for colleagues as well, and one that it had ended is there again as if it was stored
 *  anew. One of two that are equal, or look the same, ends only while the other stands, whoever takes back that one at the same
 *  moment.
 *  Of one that is not here (any more) nothing is to be done. Inside the transaction of a chunk. */
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
  { id, designId, replaced, twin, isAlike = false }: UndoneRecord,
): Promise<RecordOutcome> {
  const stored = await recordIn(tx, 'designs', shopId, designId)
  if (stored === undefined) return { status: 'existing', id }
  if (twin === undefined && stored.replaces !== replaced)
    return { status: 'rejected', id, reason: 'that design did not replace this one' }
  if (twin !== undefined && !(await standsBeside(tx, shopId, stored, { twin, isAlike })))
    return { status: 'rejected', id, reason: 'the shop has no other design under that id that is the same' }
  await tx.deleteFrom('designs').where('shop_id', '=', shopId).where('id', '=', designId).execute()
  const rev = (await takeRevs(tx, shopId, 1)) + 1
  const gone = { shop_id: shopId, id: designId, rev, uploaded_at: stored.uploadedAt, replaced: replaced ?? null }
  await tx.insertInto('gone_designs').values(gone).execute()
  // Of a design from before Galley the service never had a record.
  const old = replaced === undefined ? undefined : await recordIn(tx, 'replaced_designs', shopId, replaced)
  if (old !== undefined) {
    await tx.deleteFrom('replaced_designs').where('shop_id', '=', shopId).where('id', '=', old.id).execute()
    await insertDesigns(tx, shopId, [old])
  }
  await dropPictures(tx, shopId, [stored])
  return { status: 'created', id }
}

async function standsBeside(
  tx: Transaction<Tables>,
  shopId: string,
  stored: DesignRecord,
  { twin, isAlike }: { readonly twin: string; readonly isAlike: boolean },
): Promise<boolean> {
  const other = twin === stored.id ? undefined : await recordIn(tx, 'designs', shopId, twin)
  return other !== undefined && (isAlike ? other.template === stored.template : isSameFile(stored, other))
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
