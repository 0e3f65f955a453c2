import { rm } from 'node:fs/promises'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Log } from '../../shared/worker/log.ts'
import type { Database, DatabasePlace } from '../database/database.ts'
import { isCurrent } from '../database/migrations.ts'
import { openPostgres } from '../database/postgres.ts'
import { tellOfJob } from '../mockup-jobs/job-news.ts'
import { type JobQueue, openJobQueue } from '../mockup-jobs/job-queue.ts'
import type { AccessOf } from './nas-access.ts'
import { startProcesses } from './processes.ts'
import { startMockupWorker } from './worker.ts'

export interface WorkerPlace {
  /** Of the process that starts it: beside its folder lie the entries of the processes that it forks. */
  readonly entryUrl: string
  readonly access: AccessOf
  /** Of its own: what lies there is removed. */
  readonly scratchFolder: string
  /** Designs at a time. */
  readonly designs: number
  readonly log: Log
}

export interface RunningWorker {
  /** Resolves when it was stopped; rejects when its database fails it. */
  readonly ended: Promise<void>
  /** Ends what it has at hand first. */
  stop(): Promise<void>
}

/** Works for the service whose database this is. */
export async function runWorker(
  { db }: Pick<Database, 'db'>,
  queue: JobQueue,
  { entryUrl, access, scratchFolder, designs, log }: WorkerPlace,
  onChange: (shopId: string, jobId: string) => Promise<void>,
): Promise<RunningWorker> {
  await rm(scratchFolder, { recursive: true, force: true })
  const processes = startProcesses(entryUrl, log, designs)
  const now = (): number => performance.now()
  const parts = { db, queue, processes, access, scratchFolder, log, designs, now, onChange }
  const worker = startMockupWorker(parts)
  const ended = worker.ended.finally(() => processes.stop())
  return {
    ended,
    async stop() {
      worker.stop()
      await ended
    },
  }
}

/** Works for a service from another process, on whatever machine reaches its database. Fails where that is not of this version:
 *  the service brings it there. */
export async function runWorkerOn(
  { url }: Extract<DatabasePlace, { kind: 'postgres' }>,
  place: WorkerPlace,
): Promise<Result<RunningWorker>> {
  const onError = (error: Error): void => place.log.warn('the database failed', { error: error.message })
  const database = openPostgres(url, undefined, onError)
  try {
    if (!(await isCurrent(database.db))) {
      await database.close()
      return fail(failure('configuration', { says: 'service-first' }))
    }
    const queue = await openJobQueue(database, 'postgres', { looksAfter: false, onError })
    const worker = await runWorker(database, queue, place, (shopId, jobId) => tellOfJob(database.db, shopId, jobId))
    const ended = worker.ended.finally(async () => {
      await queue.stop()
      await database.close()
    })
    return ok({
      ended,
      async stop() {
        await worker.stop()
        await ended
      },
    })
  } catch (error) {
    await database.close()
    const words = error instanceof Error ? error.message || error.name : String(error)
    return fail(failure('configuration', { says: 'of-database', words }))
  }
}
