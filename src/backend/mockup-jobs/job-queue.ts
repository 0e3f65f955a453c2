import type { Transaction } from 'kysely'
import { fromKysely, PgBoss } from 'pg-boss'
import type { JobPriority } from '../../shared/api/mockup-jobs.ts'
import type { Database, DatabasePlace } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'

/** Its tables lie in a schema of their own. */
const SCHEMA = 'jobs'
const QUEUE = 'mockups'
/** What a worker had that was not heard of for so long is another's, and a worker says so often that it lives. */
const SILENCE_SECONDS = 20
const CHECK_SECONDS = 10
/** After a failure it is tried again so often, first after 5 to 10 seconds, then after twice as long as before. */
const TRIES_MORE = 3
const FIRST_PAUSE_SECONDS = 10
/** A NAS may be away for weeks: nothing that waits is dropped. */
const KEPT_SECONDS = 10 * 365 * 86_400
const PRIORITIES: Readonly<Record<JobPriority, number>> = { high: 2, normal: 1, low: 0 }

export interface QueuedJob {
  readonly queuedId: string
  readonly shopId: string
  readonly priority: JobPriority
}

/** A try at a job: what it says of it holds only until another try has begun. */
export interface JobTry {
  readonly queuedId: string
  readonly tries: number
}

/** What waits to be worked on, and by whom it is: pg-boss on the service's own database. Whatever is done in a transaction of
 *  the database is done with it, or not. */
export interface JobQueue {
  add(tx: Transaction<Tables>, jobs: readonly QueuedJob[]): Promise<void>
  /** Drops them, whether or not somebody works on them. */
  drop(tx: Transaction<Tables>, queuedIds: readonly string[]): Promise<void>
  /** The next one by priority, then age, of any shop but these; null when there is none. */
  take(exceptShopIds: readonly string[]): Promise<JobTry | null>
  /** It is still worked on. */
  keep(job: JobTry): Promise<void>
  /** It is over. */
  end(tx: Transaction<Tables>, job: JobTry): Promise<void>
  /** It is tried again after a while. False: it was tried as often as it may be, and is over. */
  retry(tx: Transaction<Tables>, job: JobTry): Promise<boolean>
  stop(): Promise<void>
}

type Door = Pick<Database, 'runScript'>

function bossOf({ runScript }: Door, kind: DatabasePlace['kind'], supervise: boolean): PgBoss {
  return new PgBoss({
    db: { executeSql: (text, values) => runScript(text, values) },
    backend: kind === 'embedded' ? 'pglite' : 'postgres',
    schema: SCHEMA,
    supervise,
    superviseIntervalSeconds: CHECK_SECONDS,
    monitorIntervalSeconds: CHECK_SECONDS,
    // Of schedules, and of who works, nothing is asked; REINDEX would need statements that outlast our time-outs.
    schedule: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
  })
}

/** Makes the tables and the queue where they are missing, or brings them to this version. */
export async function installJobQueue(door: Door, kind: DatabasePlace['kind']): Promise<void> {
  const boss = bossOf(door, kind, false)
  // What is against it rejects.
  boss.on('error', () => undefined)
  await boss.start()
  await boss.createQueue(QUEUE, {
    retryLimit: TRIES_MORE,
    retryDelay: FIRST_PAUSE_SECONDS,
    retryBackoff: true,
    heartbeatSeconds: SILENCE_SECONDS,
    retentionSeconds: KEPT_SECONDS,
  })
  await boss.stop({ close: false })
}

/** Opens the queue of a database in which it is installed. One of those who have it open has to look after it: it gives what
 *  workers left to others. */
export async function openJobQueue(
  door: Door,
  kind: DatabasePlace['kind'],
  { looksAfter, onError }: { readonly looksAfter: boolean; readonly onError: (error: Error) => void },
): Promise<JobQueue> {
  const boss = bossOf(door, kind, looksAfter)
  boss.on('error', onError)
  await boss.start()
  return queueOn(boss)
}

function queueOn(boss: PgBoss): JobQueue {
  const attempt = ({ queuedId, tries }: JobTry) => ({ id: queuedId, retryCount: tries })
  return {
    async add(tx, jobs) {
      const rows = jobs.map(({ queuedId, shopId, priority }) => ({
        id: queuedId,
        priority: PRIORITIES[priority],
        group: { id: shopId },
      }))
      await boss.insert(QUEUE, rows, { db: fromKysely(tx) })
    },
    async drop(tx, queuedIds) {
      if (queuedIds.length > 0) await boss.cancel(QUEUE, [...queuedIds], { db: fromKysely(tx) })
    },
    async take(exceptShopIds) {
      const [job] = await boss.fetch(QUEUE, { ignoreGroups: [...exceptShopIds] })
      return job === undefined ? null : { queuedId: job.id, tries: job.retryCount }
    },
    async keep(job) {
      await boss.touch(QUEUE, attempt(job))
    },
    async end(tx, job) {
      await boss.complete(QUEUE, attempt(job), null, { db: fromKysely(tx) })
    },
    async retry(tx, job) {
      await boss.fail(QUEUE, attempt(job), null, { db: fromKysely(tx) })
      return job.tries < TRIES_MORE
    },
    stop: () => boss.stop({ close: false }),
  }
}
