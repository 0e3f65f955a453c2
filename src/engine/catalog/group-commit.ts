import type { Database } from 'better-sqlite3'
import { isDamage } from '../../data-folder/failures.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { DiskCare } from './disk-care.ts'

/** Commits are a disk flush each. Writes of the same moment share one, so that 10,000 items do not mean 10,000
 *  flushes; the pause between two grows with how long the disk takes, so that the loop is free most of the time. */
const MIN_PAUSE_MS = 8
const PAUSE_PER_FLUSH = 3

export interface GroupCommit {
  /** Runs `work` (synchronous) inside the next transaction. What throws is undone alone and rejects. When the disk
   *  is full or fails, or another program locks the catalog, the promise waits and is tried again: state is never
   *  dropped. */
  write<T>(work: () => T): Promise<T>
  /** Runs `work` in a transaction of its own, at once and without a flush: what it wrote outlives this process, however
   *  that ends, and not a power cut. For what may be lost: when a write would wait, it is. */
  note(work: () => void): void
  /** Runs `work` in a transaction of its own, at once and without a flush: what is written a few thousand times in a row, and
   *  is as good when a power cut takes the last of it. When that cannot be now, it is a `write`. */
  bulk<T>(work: () => T): Promise<T>
  /** Hears of an error that a read threw. When that is the doing of the disk or of another program's lock, it is told
   *  like that of a write, until writes work again, and returned; null for any other error. */
  met(error: unknown): Failure | null
  /** Settles when everything written so far is on the disk; then nothing is looked for any more. */
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
/** SQLite's own wait for a lock stops the whole process: reads, which cannot be put off, wait so long. */
export const READ_PATIENCE_MS = 5_000
/** Writes wait for a lock on a timer instead, */
const LOCK_PAUSE_MS = 50
/** and nobody hears of one that is let go within this time. */
const LOCK_QUIET_MS = 5_000

export function openGroupCommit(
  database: Database,
  disk: Pick<DiskCare, 'troubleOf' | 'failed' | 'worked' | 'damaged'>,
): GroupCommit {
  const locking = withoutPatience(database)
  let queue: Waiting[] = []
  let isWaiting = false
  let timer: NodeJS.Timeout | undefined
  let notBefore = 0
  let lockedSince: number | null = null
  let isClosing = false
  const idle: (() => void)[] = []

  const flush = (): void => {
    timer = undefined
    const group = queue
    queue = []
    const started = performance.now()
    try {
      // Nobody is told before the commit: with a full disk all of them are run once more.
      const runAll = database.transaction(() => group.flatMap((waiting) => runAlone(database, disk, waiting) ?? []))
      const undone = new Map(locking(() => runAll.immediate()))
      for (const waiting of group) {
        if (undone.has(waiting)) waiting.reject(undone.get(waiting))
        else waiting.settle()
      }
      if (isWaiting) disk.worked()
      isWaiting = false
      lockedSince = null
      const ended = performance.now()
      notBefore = ended + Math.max(MIN_PAUSE_MS, PAUSE_PER_FLUSH * (ended - started))
    } catch (error) {
      const trouble = disk.troubleOf(error)
      if (trouble === null) {
        for (const waiting of group) waiting.reject(error)
        if (isDamage(error)) disk.damaged(error)
      } else {
        queue = [...group, ...queue]
        waitFor(trouble)
      }
    }
    if (queue.length > 0 || (isWaiting && !isClosing)) schedule()
    if (queue.length === 0) for (const settle of idle.splice(0)) settle()
  }
  const waitFor = (trouble: Failure): void => {
    const now = performance.now()
    if (trouble.code === 'catalog-busy') {
      lockedSince ??= now
      notBefore = now + LOCK_PAUSE_MS
      if (now - lockedSince >= LOCK_QUIET_MS) tell(trouble)
      return
    }
    const hasRoom = tell(trouble)
    shrinkLog(database, disk)
    notBefore = now + (hasRoom ? 0 : TROUBLE_PAUSE_MS)
  }
  /** True when there is room again. */
  const tell = (trouble: Failure): boolean => {
    isWaiting = true
    return disk.failed(trouble)
  }
  const schedule = (): void => {
    timer ??= setTimeout(flush, Math.max(0, notBefore - performance.now()))
  }

  const write = <T>(work: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      let value: T
      queue.push({
        run: () => {
          value = work()
        },
        settle: () => resolve(value),
        reject,
      })
      schedule()
    })
  /** Null: the disk, or another program's lock, would have it wait. */
  const unflushed = <T>(work: () => T): { readonly value: T } | null => {
    try {
      database.pragma('synchronous = NORMAL')
      return { value: locking(() => database.transaction(work).immediate()) }
    } catch (error) {
      if (disk.troubleOf(error) !== null) return null
      if (isDamage(error)) disk.damaged(error)
      throw error
    } finally {
      database.pragma('synchronous = FULL')
    }
  }

  return {
    write,
    note: (work) => void unflushed(work),
    async bulk(work) {
      const done = isWaiting ? null : unflushed(work)
      return done === null ? write(work) : done.value
    },
    met(error) {
      const trouble = disk.troubleOf(error)
      if (trouble === null) return isDamage(error) ? disk.damaged(error) : null
      tell(trouble)
      notBefore = performance.now() + TROUBLE_PAUSE_MS
      // Even with nothing to write: that it works again is found out by a transaction.
      schedule()
      return trouble
    },
    drain() {
      isClosing = true
      if (queue.length > 0) return new Promise((resolve) => idle.push(resolve))
      clearTimeout(timer)
      timer = undefined
      return Promise.resolve()
    },
  }
}

/** Runs work that does not wait for another program's lock, and throws at once where there is one. */
function withoutPatience(database: Database): <T>(work: () => T) => T {
  return (work) => {
    database.pragma('busy_timeout = 0')
    try {
      return work()
    } finally {
      database.pragma(`busy_timeout = ${READ_PATIENCE_MS}`)
    }
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
