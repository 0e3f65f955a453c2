import type { Database } from 'better-sqlite3'
import type { DiskCare } from './disk-care.ts'
import { isDamage } from './failures.ts'

/** Commits are a disk flush each. Writes of the same moment share one, so that 10,000 items do not mean 10,000
 *  flushes; the pause between two grows with how long the disk takes, so that the loop is free most of the time. */
const MIN_PAUSE_MS = 8
const PAUSE_PER_FLUSH = 3

export interface GroupCommit {
  /** Runs `work` (synchronous) inside the next transaction. What throws is undone alone and rejects. When the disk
   *  is full or fails the promise waits and is tried again: state is never dropped. */
  write<T>(work: () => T): Promise<T>
  /** Runs `work` in a transaction of its own, at once and without a flush: what it wrote outlives this process, however
   *  that ends, and not a power cut. For what may be lost: when the disk is full or fails, it is. */
  note(work: () => void): void
  /** Settles when everything written so far is on the disk. */
  drain(): Promise<void>
}

interface Waiting {
  run(): void
  settle(): void
  reject(error: unknown): void
}

/** A write that threw, and what. */
type Undone = readonly [waiting: Waiting, error: unknown]

const TROUBLE_PAUSE_MS = 1000

export function openGroupCommit(
  database: Database,
  disk: Pick<DiskCare, 'troubleOf' | 'failed' | 'worked' | 'damaged'>,
): GroupCommit {
  let queue: Waiting[] = []
  let isWaiting = false
  let timer: NodeJS.Timeout | undefined
  let notBefore = 0
  const idle: (() => void)[] = []

  const flush = (): void => {
    timer = undefined
    const group = queue
    queue = []
    const started = performance.now()
    try {
      // Nobody is told before the commit: with a full disk all of them are run once more.
      const undone = new Map(
        database.transaction(() => group.flatMap((waiting) => runAlone(database, disk, waiting) ?? [])).immediate(),
      )
      for (const waiting of group) {
        if (undone.has(waiting)) waiting.reject(undone.get(waiting))
        else waiting.settle()
      }
      if (isWaiting) disk.worked()
      isWaiting = false
      const ended = performance.now()
      notBefore = ended + Math.max(MIN_PAUSE_MS, PAUSE_PER_FLUSH * (ended - started))
    } catch (error) {
      const trouble = disk.troubleOf(error)
      if (trouble === null) {
        for (const waiting of group) waiting.reject(error)
        if (isDamage(error)) disk.damaged(error)
      } else {
        queue = [...group, ...queue]
        isWaiting = true
        const hasRoom = disk.failed(trouble)
        shrinkLog(database, disk)
        notBefore = performance.now() + (hasRoom ? 0 : TROUBLE_PAUSE_MS)
      }
    }
    if (queue.length > 0) schedule()
    else for (const settle of idle.splice(0)) settle()
  }
  const schedule = (): void => {
    timer ??= setTimeout(flush, Math.max(0, notBefore - performance.now()))
  }

  return {
    write: (work) =>
      new Promise((resolve, reject) => {
        let value: ReturnType<typeof work>
        queue.push({
          run: () => {
            value = work()
          },
          settle: () => resolve(value),
          reject,
        })
        schedule()
      }),
    note(work) {
      try {
        database.pragma('synchronous = NORMAL')
        database.transaction(work).immediate()
      } catch (error) {
        if (disk.troubleOf(error) !== null) return
        if (isDamage(error)) disk.damaged(error)
        throw error
      } finally {
        database.pragma('synchronous = FULL')
      }
    },
    drain: () =>
      queue.length === 0 && timer === undefined ? Promise.resolve() : new Promise((resolve) => idle.push(resolve)),
  }
}

/** A bug in one write must not undo the others. */
function runAlone(database: Database, disk: Pick<DiskCare, 'troubleOf'>, waiting: Waiting): Undone[] | null {
  try {
    database.transaction(waiting.run)()
    return null
  } catch (error) {
    if (disk.troubleOf(error) !== null || isDamage(error)) throw error
    return [[waiting, error]]
  }
}

/** What is in the log of commits and in the catalog too gives its room back. */
function shrinkLog(database: Database, disk: Pick<DiskCare, 'troubleOf'>): void {
  try {
    database.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (disk.troubleOf(error) === null) throw error
  }
}
