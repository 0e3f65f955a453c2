import type { Transaction } from 'kysely'
import type { DesignRecord, RecordOutcome } from '../../shared/api/records.ts'
import { type Resent, resentSchema } from '../../shared/api/resent.ts'
import type { Tables } from '../database/tables.ts'
import { type PlaceRoot, placed, spotOf } from '../places/placing.ts'
import { rootsOf } from '../places/roots.ts'
import { takeTemplates } from '../templates/templates.ts'
import { dropPictures } from './blobs.ts'
import { lacksDecision, readLastTold } from './find-lacking.ts'
import { takeRevs } from './history.ts'
import { findStanding, type KnownDesigns, takeDesign } from './merge-resent.ts'
import { readKnownDesigns } from './read-known.ts'
import { refused } from './store-batch.ts'
import { putDecisions } from './store-decisions.ts'
import { insertDesigns } from './store-designs.ts'

/** Takes in what workstations have kept of a state that this database lost. In whatever order, and from however many, it
 *  comes to the same: nothing is stored a second time, comes to life again, or overrules what was told since. Inside the
 *  transaction of a chunk. */
export async function storeResent(
  tx: Transaction<Tables>,
  shopId: string,
  records: readonly unknown[],
): Promise<RecordOutcome[]> {
  const roots = await rootsOf(tx, shopId)
  const parsed = records.map((record) => {
    const result = resentSchema.safeParse(record)
    return result.success ? { ...result, data: withPlace(result.data, roots) } : result
  })
  const resent = parsed.flatMap(({ data }) => (data === undefined ? [] : [data]))
  const taken = new Set([
    ...(await takeDesigns(tx, shopId, resent)),
    ...(await takeDecisions(tx, shopId, resent)),
    ...(await takeTemplates(tx, shopId, resent)),
  ])
  return parsed.map(({ data, error }, index) => {
    if (data === undefined) return refused(records[index], error)
    return { status: taken.has(data) ? 'created' : 'existing', id: data.id }
  })
}

/** What was kept from before there were places has its place by now, as what it is compared with. */
function withPlace(resent: Resent, roots: readonly PlaceRoot[]): Resent {
  return resent.kind === 'design' ? { ...resent, record: placed(resent.record, null, roots) } : resent
}

/** Those that were lacking. */
async function takeDesigns(tx: Transaction<Tables>, shopId: string, resent: readonly Resent[]): Promise<Resent[]> {
  const designs = resent.flatMap((one) => (one.kind === 'design' || one.kind === 'gone' ? [one] : []))
  if (designs.length === 0) return []
  const spots = designs.flatMap((one) => (one.kind === 'design' ? [spotOf(one.record)] : []))
  const ids = designs.map(({ id }) => id)
  const before = await readKnownDesigns(tx, shopId, ids, spots)
  const known: KnownDesigns = { records: new Map(before.records), gone: new Map(before.gone) }
  const taken = designs.filter((one) => takeDesign(known, one))
  if (taken.length > 0) await putKnown(tx, shopId, before, known)
  return taken
}

/** Brings the tables from what was known to what is. */
async function putKnown(
  tx: Transaction<Tables>,
  shopId: string,
  before: Awaited<ReturnType<typeof readKnownDesigns>>,
  known: KnownDesigns,
): Promise<void> {
  const standing = findStanding(known)
  const isNew = (record: DesignRecord): boolean => before.records.get(record.id) !== record
  const lives = [...known.records.values()].filter(({ id }) => standing.has(id))
  const ended = [...known.records.values()].filter(({ id }) => !standing.has(id))
  const begun = lives.filter((one) => isNew(one) || !before.standing.has(one.id))
  const over = ended.filter((one) => isNew(one) || before.standing.has(one.id))
  const gone = [...known.gone.values()].filter((one) => before.gone.get(one.id) !== one)
  const changed = [...begun, ...over, ...gone].map(({ id }) => id)
  for (const table of ['designs', 'replaced_designs', 'gone_designs'] as const) {
    await tx.deleteFrom(table).where('shop_id', '=', shopId).where('id', 'in', changed).execute()
  }
  if (over.length > 0) {
    const rows = over.map((record) => ({ shop_id: shopId, id: record.id, record: JSON.stringify(record) }))
    await tx.insertInto('replaced_designs').values(rows).execute()
  }
  if (gone.length > 0) {
    const last = await takeRevs(tx, shopId, gone.length)
    const rows = gone.map(({ id, uploadedAt: uploaded_at, replaced }, index) => {
      return { shop_id: shopId, id, rev: last + index + 1, uploaded_at, replaced }
    })
    await tx.insertInto('gone_designs').values(rows).execute()
  }
  if (begun.length > 0) await insertDesigns(tx, shopId, begun, { isResent: true })
  await dropPictures(
    tx,
    shopId,
    gone.flatMap(({ id }) => before.records.get(id) ?? []),
  )
}

async function takeDecisions(tx: Transaction<Tables>, shopId: string, resent: readonly Resent[]): Promise<Resent[]> {
  const decisions = resent.flatMap((one) => (one.kind === 'decision' ? [one] : []))
  const last = await readLastTold(
    tx,
    shopId,
    decisions.map(({ record }) => record),
  )
  const taken = decisions.filter(({ record, earlier }) => {
    const isLacking = lacksDecision(last, { ...record, earlier })
    if (isLacking) last.set(record)
    return isLacking
  })
  // One statement cannot put the same row twice: of two tellings of a pair the second has taken the first one's place.
  const put = taken.filter(({ record }) => last.get(record) === record.id).map(({ record }) => record)
  if (put.length > 0) await putDecisions(tx, shopId, put)
  return taken
}
