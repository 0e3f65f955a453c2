import { type Failure, failure, waitsForSomebody } from '../../../shared/domain/failure.ts'
import { fail, type Result } from '../../../shared/domain/result.ts'
import { type ALONE, CONNECTION_CAPACITY, weightOf } from './capacity.ts'
import type { Channel } from './channels.ts'
import type { Connection } from './connection.ts'

/** After the server refused another connection, it is left alone with such wishes for this long. */
const SHRUNK_MS = 60_000
/** So long is a refusal that only a person can mend (sign-in, host key) the answer to all, without another try: for the
 *  files that were on their way when it came. */
const HELD_MS = 2_000
/** Work that was told to stop has so long for what it sent to arrive; the rest is not to be sent any more. */
const STOP_MS = 500

export interface PoolOptions {
  readonly maxConnections: number
  readonly idleMs: number
  /** What is idle is not closed before `letIdle`. */
  readonly staysOpen?: boolean
  readonly now: () => number
  open(): Promise<Result<Connection>>
}

/** The connections to one NAS, opened one after another as there is work for them. */
export interface ConnectionPool {
  readonly isConnected: boolean
  /** Runs `work` on the connection with the most room, in order of asking. Work that waits is dropped at an abort, and
   *  fails when no connection can be had. A connection whose work was all aborted, and is still sending a moment later,
   *  is ended. */
  run<T>(
    sizeBytes: number | typeof ALONE,
    signal: AbortSignal,
    work: (channel: Channel) => Promise<Result<T>>,
  ): Promise<Result<T>>
  /** From now on what is idle is closed. */
  letIdle(): void
  /** Closes all connections; their work and all that waits fails with `reason`. */
  close(reason: Failure): void
}

interface Job {
  readonly weight: number
  readonly signal: AbortSignal
  start(connection: Connection): Promise<void>
  drop(reason: Failure): void
}

interface Member {
  readonly connection: Connection
  readonly jobs: Set<Job>
  load: number
}

export function createConnectionPool(options: PoolOptions): ConnectionPool {
  const { maxConnections, idleMs, staysOpen = false, now, open } = options
  const waiting: Job[] = []
  const members: Member[] = []
  let running = 0
  let isKept = staysOpen
  let opening = false
  let shrunkUntil = Number.NEGATIVE_INFINITY
  let held: { readonly failure: Failure; readonly until: number } | null = null
  let closedFor: Failure | null = null
  let idleTimer: NodeJS.Timeout | undefined

  const dropWaiting = (reason: Failure): void => {
    for (const job of waiting.splice(0)) job.drop(reason)
  }

  const closeMembers = (reason: Failure): void => {
    for (const { connection } of [...members]) connection.destroy(reason)
  }

  const roomiest = (): Member | undefined =>
    members.filter(({ connection }) => connection.isOpen).sort((a, b) => a.load - b.load)[0]

  const begin = async (job: Job, member: Member): Promise<void> => {
    let timer: NodeJS.Timeout | undefined
    const stopSoon = (): void => {
      timer = setTimeout(() => stopSending(member), STOP_MS)
    }
    job.signal.addEventListener('abort', stopSoon, { once: true })
    member.jobs.add(job)
    member.load += job.weight
    running++
    await job.start(member.connection)
    running--
    member.load -= job.weight
    member.jobs.delete(job)
    job.signal.removeEventListener('abort', stopSoon)
    clearTimeout(timer)
    dispatch()
  }

  const stopSending = ({ connection, jobs }: Member): void => {
    if (connection.window.outstanding === 0) return
    if ([...jobs].every(({ signal }) => signal.aborted))
      connection.destroy(failure('connection-lost', { says: 'stopped' }))
  }

  const dispatch = (): void => {
    clearTimeout(idleTimer)
    for (let job = waiting[0]; job !== undefined; job = waiting[0]) {
      const member = roomiest()
      if (member === undefined || member.load + job.weight > CONNECTION_CAPACITY) break
      waiting.shift()
      void begin(job, member)
    }
    void grow()
    if (!isKept && running === 0 && waiting.length === 0 && members.length > 0) {
      idleTimer = setTimeout(() => closeMembers(failure('connection-lost', { says: 'idle' })), idleMs)
      idleTimer.unref()
    }
  }

  const grow = async (): Promise<void> => {
    // Work whose connection is gone ends with it: a NAS is not signed in to for that.
    const underWay = members.reduce((sum, { jobs }) => sum + jobs.size, 0)
    const wanted = Math.min(maxConnections, underWay + waiting.length)
    if (opening || closedFor !== null || members.length >= wanted) return
    if (members.length > 0 && now() < shrunkUntil) return
    opening = true
    const hasServed = members.length > 0
    const opened = await open()
    opening = false
    if (opened.ok) join(opened.value)
    else refused(opened.failure, hasServed)
  }

  const join = (connection: Connection): void => {
    if (closedFor !== null) {
      connection.destroy(closedFor)
      return
    }
    const member: Member = { connection, jobs: new Set(), load: 0 }
    members.push(member)
    void connection.closed.then(() => {
      members.splice(members.indexOf(member), 1)
      dispatch()
    })
    dispatch()
  }

  const refused = (reason: Failure, hasServed: boolean): void => {
    if (members.length > 0) {
      // It serves us already; it only wants no more connections.
      shrunkUntil = now() + SHRUNK_MS
      return
    }
    // It served us when it was asked, and what ended that ended the opening too: the next one tells what the NAS says.
    if (hasServed) {
      dispatch()
      return
    }
    if (waitsForSomebody(reason.code)) held = { failure: reason, until: now() + HELD_MS }
    dropWaiting(reason)
  }

  return {
    get isConnected() {
      return roomiest() !== undefined
    },
    run(sizeBytes, signal, work) {
      if (signal.aborted) return Promise.resolve(fail(failure('cancelled')))
      if (closedFor !== null) return Promise.resolve(fail(closedFor))
      if (held !== null && now() < held.until) return Promise.resolve(fail(held.failure))
      return new Promise((resolve, reject) => {
        const abort = (): void => {
          waiting.splice(waiting.indexOf(job), 1)
          resolve(fail(failure('cancelled')))
        }
        const weight = weightOf(sizeBytes)
        const job: Job = {
          weight,
          signal,
          start: (connection) => {
            signal.removeEventListener('abort', abort)
            return connection.use(weight, work).then(resolve, reject)
          },
          drop: (reason) => {
            signal.removeEventListener('abort', abort)
            resolve(fail(reason))
          },
        }
        signal.addEventListener('abort', abort, { once: true })
        waiting.push(job)
        dispatch()
      })
    },
    letIdle() {
      isKept = false
      dispatch()
    },
    close(reason) {
      closedFor = reason
      clearTimeout(idleTimer)
      dropWaiting(reason)
      closeMembers(reason)
    },
  }
}
