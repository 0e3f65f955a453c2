import { type Kysely, type RawBuilder, sql } from 'kysely'
import {
  type JobDesign,
  type JobFailure,
  type JobPriority,
  type JobState,
  type JobsQuery,
  type LackingDesigns,
  type ListedJobs,
  MAX_JOB_DESIGNS,
  type MockupJob,
} from '../../shared/api/mockup-jobs.ts'
import type { Tables } from '../database/tables.ts'

/** What a job whose process ended at each of its tries is said to have failed by. */
const ENDED_OFTEN: JobFailure = { code: 'worker-gone' }
/** By so many jobs it is told how long others will take. */
const MEASURED_JOBS = 200

/** Jobs of a shop with their states: of those that the queue still has, and which workers left, it knows. */
export function jobsWithState(shopId: string): RawBuilder<JobRow> {
  return sql`
    select job.id, job.design_id as "designId", job.queued_id as "queuedId", job.priority, job.failure,
      job.asked_at as "askedAt",
      case when job.outcome is not null then job.outcome
        when queued.state = 'active' then 'active'
        when queued.state in ('created', 'retry') then 'queued'
        else 'failed' end as state
    from mockup_jobs job left join jobs.job queued on queued.id = job.queued_id and queued.name = 'mockups'
    where job.shop_id = ${shopId}::uuid`
}

export interface JobRow {
  readonly id: string
  readonly designId: string
  readonly queuedId: string
  readonly priority: JobPriority
  readonly failure: JobFailure | null
  readonly state: JobState
}

/** The designs that stand, each with the mockups of its template. A template is known by its code, which stays. */
export const DESIGNS_WITH_MOCKUPS = sql`
  select design.shop_id, design.id as design_id, mockup.id as mockup_id, mockup.revision, design.record
  from designs design
  join templates template on template.shop_id = design.shop_id
    and template.content ->> 'code' = design.record ->> 'template'
  join mockups mockup on mockup.shop_id = design.shop_id
    and mockup.content ->> 'templateId' = template.id::text`

/** Is it drawn from both as they are now? */
export const IS_MADE = sql`(file.shop_id, file.design_id, file.mockup_id, file.revision, file.stored_sha256)
  = (due.shop_id, due.design_id, due.mockup_id, due.revision, due.record ->> 'storedSha256')`

type JobWithFiles = JobRow & Pick<JobDesign, 'mockups' | 'made'> & { readonly fileName: string | null }

/** Jobs of a shop with what is made of their designs. `of`: a select of `JobRow`s called `job`, and more of them. */
async function readWithFiles(db: Kysely<Tables>, shopId: string, of: RawBuilder<unknown>): Promise<JobWithFiles[]> {
  const { rows } = await sql<JobWithFiles>`
    select job.*,
      (select design.record ->> 'fileName' from designs design
        where design.shop_id = ${shopId}::uuid and design.id = job."designId") as "fileName",
      (select count(*)::int from (${DESIGNS_WITH_MOCKUPS}) due
        where due.shop_id = ${shopId}::uuid and due.design_id = job."designId") as mockups,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'mockupId', file.mockup_id, 'fileName', file.file_name, 'sha256', file.sha256)
          order by file.file_name), '[]')
        from (${DESIGNS_WITH_MOCKUPS}) due join mockup_files file on ${IS_MADE}
        where due.shop_id = ${shopId}::uuid and due.design_id = job."designId") as made
    from ${of}`.execute(db)
  return rows
}

function designOf({ designId: id, state, mockups, made, failure }: JobWithFiles): JobDesign {
  return { id, state, mockups, made, failure: failure ?? (state === 'failed' ? ENDED_OFTEN : null) }
}

/** Null when the shop has none of that id. */
export async function readJob(db: Kysely<Tables>, shopId: string, id: string): Promise<MockupJob | null> {
  const of = sql`(${jobsWithState(shopId)}) job where job.id = ${id}::uuid order by job."designId"`
  const rows = await readWithFiles(db, shopId, of)
  const [first] = rows
  if (first === undefined) return null
  const designs = rows.map(designOf)
  return { id, state: stateOf(designs.map(({ state }) => state)), priority: first.priority, designs }
}

/** The last job of each design that the shop has, newest first. */
export async function listJobs(
  db: Kysely<Tables>,
  shopId: string,
  { template, number, state }: JobsQuery,
): Promise<ListedJobs> {
  const only = [
    template === undefined ? sql`true` : sql`design.record ->> 'template' = ${template}`,
    number === undefined ? sql`true` : sql`(design.record ->> 'number')::bigint = ${number}`,
  ]
  const rows = await readWithFiles(
    db,
    shopId,
    sql`(select last.* from (
        select distinct on (job."designId") job.* from (${jobsWithState(shopId)}) job
        join designs design on design.shop_id = ${shopId}::uuid and design.id = job."designId"
        where ${sql.join(only, sql` and `)}
        order by job."designId", job."askedAt" desc
      ) last ${state === undefined ? sql`` : sql`where last.state = ${state}`}
      order by last."askedAt" desc, last."designId" limit ${MAX_JOB_DESIGNS + 1}) job
      order by job."askedAt" desc, job."designId"`,
  )
  const jobs = rows.slice(0, MAX_JOB_DESIGNS).map((row) => {
    return { ...designOf(row), jobId: row.id, fileName: row.fileName ?? '' }
  })
  return { jobs, more: rows.length > MAX_JOB_DESIGNS }
}

const ORDER: readonly JobState[] = ['active', 'queued', 'failed', 'cancelled', 'done']

function stateOf(states: readonly JobState[]): JobState {
  return ORDER.find((state) => states.includes(state)) ?? 'done'
}

/** The designs that lack a mockup as it is now, and for which no job waits. Null when the shop has no such mockup. */
export async function readLacking(
  db: Kysely<Tables>,
  shopId: string,
  mockupId: string,
): Promise<LackingDesigns | null> {
  const { rows: found } = await sql`
    select 1 from mockups where shop_id = ${shopId}::uuid and id = ${mockupId}::uuid`.execute(db)
  if (found.length === 0) return null
  const { rows } = await sql<{ id: string; designs: number }>`
    select due.design_id as id, (count(*) over ())::int as designs
    from (${DESIGNS_WITH_MOCKUPS}) due
    where due.shop_id = ${shopId}::uuid and due.mockup_id = ${mockupId}::uuid
      and not exists (select 1 from mockup_files file where ${IS_MADE})
      and not exists (select 1 from (${jobsWithState(shopId)}) job
        where job."designId" = due.design_id and job.state in ('queued', 'active'))
    order by due.record ->> 'uploadedAt' desc, due.design_id limit ${MAX_JOB_DESIGNS}`.execute(db)
  const designs = rows[0]?.designs ?? 0
  const took = await averageTook(db, shopId)
  return { designs, seconds: took === null ? null : Math.ceil((designs * took) / 1000), ids: rows.map(({ id }) => id) }
}

/** A job's, in ms. */
async function averageTook(db: Kysely<Tables>, shopId: string): Promise<number | null> {
  const { rows } = await sql<{ took: number | null }>`
    select avg(took_ms)::float8 as took from (
      select took_ms from mockup_jobs
      where shop_id = ${shopId}::uuid and outcome = 'done' order by asked_at desc limit ${MEASURED_JOBS}
    ) last`.execute(db)
  return rows[0]?.took ?? null
}
