import { randomUUID } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { JobPriority, MockupJob, NewJob } from '../../shared/api/mockup-jobs.ts'
import type { Tables } from '../database/tables.ts'
import type { JobQueue } from './job-queue.ts'
import { DESIGNS_WITH_MOCKUPS, type JobRow, jobsWithState, readJob } from './read-jobs.ts'

/** What becomes of a job that is asked for. */
export type NewJobOutcome =
  | { readonly kind: 'queued'; readonly designs: number }
  /** One of its id is not over yet; the shop has none of the designs; none of their templates has mockups. */
  | { readonly kind: 'in-flight' | 'no-designs' | 'no-mockups' }

/** Queues a job for each design that a workstation has just stored, where its template has mockups; of the design's own id.
 *  What was found on the NAS was not made just now. Inside the transaction that stores them. */
export async function addJobsOfRecords(
  tx: Transaction<Tables>,
  queue: JobQueue,
  shopId: string,
  ids: readonly string[],
): Promise<void> {
  const due = await withMockups(tx, shopId, ids, sql`and due.record ->> 'imported' is null`)
  await addRows(
    tx,
    queue,
    shopId,
    due.map((designId) => ({ id: designId, designId, priority: 'normal' })),
  )
}

/** Queues what a person asks for. */
export function addJob(
  db: Kysely<Tables>,
  queue: JobQueue,
  shopId: string,
  { id, designIds, priority }: NewJob,
): Promise<NewJobOutcome> {
  return inShop(db, shopId, async (tx) => {
    if ((await rowsOf(tx, shopId, id)).some(isInFlight)) return { kind: 'in-flight' }
    const due = await withMockups(tx, shopId, designIds, sql``)
    if (due.length === 0) return { kind: (await hasAny(tx, shopId, designIds)) ? 'no-mockups' : 'no-designs' }
    await tx.deleteFrom('mockup_jobs').where('shop_id', '=', shopId).where('id', '=', id).execute()
    await addRows(
      tx,
      queue,
      shopId,
      due.map((designId) => ({ id, designId, priority })),
    )
    return { kind: 'queued', designs: due.length }
  })
}

/** Queues those of a job's designs anew that failed or were cancelled; the job, or null when there is none. */
export function retryJob(db: Kysely<Tables>, queue: JobQueue, shopId: string, id: string): Promise<MockupJob | null> {
  return inShop(db, shopId, async (tx) => {
    const over = (await rowsOf(tx, shopId, id)).filter(({ state }) => state === 'failed' || state === 'cancelled')
    await addRows(tx, queue, shopId, over)
    return readJob(tx, shopId, id)
  })
}

/** Cancels those of a job's designs that are not over; the job, or null when there is none. */
export function cancelJob(db: Kysely<Tables>, queue: JobQueue, shopId: string, id: string): Promise<MockupJob | null> {
  return inShop(db, shopId, async (tx) => {
    const queuedIds = (await rowsOf(tx, shopId, id)).filter(isInFlight).map(({ queuedId }) => queuedId)
    await queue.drop(tx, queuedIds)
    if (queuedIds.length > 0)
      await tx
        .updateTable('mockup_jobs')
        .set({ outcome: 'cancelled', failure: null })
        .where('queued_id', 'in', queuedIds)
        .execute()
    return readJob(tx, shopId, id)
  })
}

/** Of two that come at once, the second one is judged by the first. */
function inShop<T>(db: Kysely<Tables>, shopId: string, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await tx.selectFrom('shops').select('id').where('id', '=', shopId).forUpdate().executeTakeFirstOrThrow()
    return work(tx)
  })
}

async function addRows(
  tx: Transaction<Tables>,
  queue: JobQueue,
  shop_id: string,
  jobs: readonly { readonly id: string; readonly designId: string; readonly priority: JobPriority }[],
): Promise<void> {
  if (jobs.length === 0) return
  const rows = jobs.map(({ id, designId, priority }) => ({
    shop_id,
    id,
    design_id: designId,
    queued_id: randomUUID(),
    priority,
    outcome: null,
    failure: null,
    took_ms: null,
  }))
  await tx
    .insertInto('mockup_jobs')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['shop_id', 'id', 'design_id']).doUpdateSet(({ ref }) => ({
        queued_id: ref('excluded.queued_id'),
        priority: ref('excluded.priority'),
        outcome: null,
        failure: null,
      })),
    )
    .execute()
  await queue.add(
    tx,
    rows.map(({ queued_id: queuedId, priority }) => ({ queuedId, shopId: shop_id, priority })),
  )
}

async function rowsOf(tx: Transaction<Tables>, shopId: string, id: string): Promise<readonly JobRow[]> {
  const { rows } = await sql<JobRow>`
    select * from (${jobsWithState(shopId)}) job where job.id = ${id}::uuid`.execute(tx)
  return rows
}

function isInFlight({ state }: JobRow): boolean {
  return state === 'queued' || state === 'active'
}

/** Those of the designs whose template has mockups. */
async function withMockups(
  tx: Transaction<Tables>,
  shopId: string,
  ids: readonly string[],
  and: ReturnType<typeof sql>,
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select distinct due.design_id as id from (${DESIGNS_WITH_MOCKUPS}) due
    where due.shop_id = ${shopId}::uuid and due.design_id in (${sql.join(ids)}) ${and}`.execute(tx)
  return rows.map(({ id }) => id)
}

async function hasAny(tx: Transaction<Tables>, shopId: string, ids: readonly string[]): Promise<boolean> {
  const found = await tx
    .selectFrom('designs')
    .select('id')
    .where('shop_id', '=', shopId)
    .where('id', 'in', ids)
    .limit(1)
    .execute()
  return found.length > 0
}
