import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql, type Transaction } from 'kysely'
import type { JobPriority } from '../../shared/api/mockup-jobs.ts'
import { type Failure, failure, ruleOf } from '../../shared/domain/failure.ts'
import { fail, type Result } from '../../shared/domain/result.ts'
import type { Log } from '../../shared/worker/log.ts'
import type { Tables } from '../database/tables.ts'
import type { JobQueue, JobTry } from '../mockup-jobs/job-queue.ts'
import { createHolds } from './holds.ts'
import { type MakingParts, makeMockups } from './make-mockups.ts'

/** So often it is looked whether there is work, and said that work goes on. */
const LOOK_EVERY_MS = 2_000
const KEEP_EVERY_MS = 5_000

export interface MockupWorkerParts extends MakingParts {
  readonly queue: JobQueue
  readonly log: Log
  /** Designs that are worked on at a time. */
  readonly designs: number
  /** Monotonic, ms. */
  readonly now: () => number
  /** Something changed in a job of the shop's. */
  onChange(shopId: string, jobId: string): Promise<void>
}

export interface MockupWorker {
  /** Resolves when it has stopped; rejects when the database fails it. */
  readonly ended: Promise<void>
  /** Takes no more jobs; those that it has are done first. */
  stop(): void
}

interface Work {
  readonly shopId: string
  readonly jobId: string
  readonly designId: string
  readonly priority: JobPriority
}

/** Takes jobs from the queue and makes their mockups, until it is stopped. */
export function startMockupWorker(parts: MockupWorkerParts): MockupWorker {
  const { db, queue, log, designs, now, onChange } = parts
  const holds = createHolds(now)
  const stopping = new AbortController()

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const job = await queue.take(holds.shopIds())
      if (job === null) await pause(LOOK_EVERY_MS, null, { signal: stopping.signal }).catch(() => undefined)
      else await workOn(job)
    }
  }

  const workOn = async (job: JobTry): Promise<void> => {
    const work = await readWork(job)
    if (work === null) return db.transaction().execute((tx) => queue.end(tx, job))
    const startedMs = now()
    const keeping = setInterval(() => void queue.keep(job).catch(() => undefined), KEEP_EVERY_MS)
    try {
      const tell = (): Promise<void> => onChange(work.shopId, work.jobId)
      await tell()
      const made = await guarded(() => makeMockups(parts, work.shopId, work.designId, tell))
      await db.transaction().execute((tx) => settle(tx, job, work, made, Math.round(now() - startedMs)))
      await tell()
    } finally {
      clearInterval(keeping)
    }
  }

  /** A bug of ours ends no worker, and nobody else's job. */
  const guarded = async (make: () => Promise<Result<null>>): Promise<Result<null>> => {
    try {
      return await make()
    } catch (error) {
      log.error('a mockup could not be made', { error: String(error) })
      return fail(failure('internal', String(error)))
    }
  }

  const readWork = async ({ queuedId }: JobTry): Promise<Work | null> => {
    const { rows } = await sql<Work>`
      select shop_id as "shopId", id as "jobId", design_id as "designId", priority
      from mockup_jobs where queued_id = ${queuedId}::uuid and outcome is null`.execute(db)
    return rows[0] ?? null
  }

  const settle = async (
    tx: Transaction<Tables>,
    job: JobTry,
    work: Work,
    made: Result<null>,
    tookMs: number,
  ): Promise<void> => {
    if (made.ok) {
      holds.end(work.shopId)
      await queue.end(tx, job)
      await note(tx, job, { outcome: 'done', failure: null, took_ms: tookMs })
      return
    }
    const because = made.failure
    log.warn('mockups were not made', { designId: work.designId, code: because.code })
    const kept = keptOf(because)
    switch (whatNext(because)) {
      case 'fail':
        await queue.end(tx, job)
        await note(tx, job, { outcome: 'failed', failure: kept })
        break
      case 'retry': {
        const isAgain = await queue.retry(tx, job)
        await note(tx, job, { outcome: isAgain ? null : 'failed', failure: kept })
        break
      }
      case 'hold': {
        holds.begin(work.shopId, because)
        await queue.end(tx, job)
        const queuedId = randomUUID()
        const isStill = await note(tx, job, { queued_id: queuedId, failure: kept })
        if (isStill) await queue.add(tx, [{ queuedId, shopId: work.shopId, priority: work.priority }])
      }
    }
  }

  const runs = Promise.all(Array.from({ length: designs }, run))
  return {
    ended: runs.then(() => undefined),
    stop: () => stopping.abort(),
  }
}

/** Unless it was cancelled or begun anew meanwhile; whether it was not. */
async function note(tx: Transaction<Tables>, { queuedId }: JobTry, change: object): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('mockup_jobs')
    .set(change)
    .where('queued_id', '=', queuedId)
    .where('outcome', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

function keptOf({ code, detail }: Failure): string {
  return JSON.stringify({ code, ...(detail === undefined ? {} : { detail }) })
}

/** What holds all of a shop's work is counted against no job of it. A fault of ours may have been of a database that went away. */
function whatNext({ code }: Failure): 'fail' | 'retry' | 'hold' {
  const rule = ruleOf(code)
  if (code === 'internal') return 'retry'
  if (rule.class === 'permanent') return 'fail'
  return rule.class === 'hold' && rule.mayBeOwn !== true ? 'hold' : 'retry'
}
