import { type Failure, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { ProcessVitals } from '../../shared/worker/imaging.ts'
import { type Contract, createPeer, type Handlers, type Method, type Peer } from '../../shared/worker/peer.ts'
import type { ChildHandle, WorkerKind } from '../../shared/worker/port.ts'
import { afterAwake } from '../awake-timer.ts'
import type { EngineHost } from '../ports.ts'

type WithVitals = { readonly vitals: Method & { readonly input: null } }

export interface WorkerPoolOptions<Local extends Contract<Local>, Remote extends Contract<Remote>> {
  readonly kind: WorkerKind
  readonly size: number
  /** Calls that one worker has at a time; more wait here. */
  readonly callsPerWorker: number
  /** A worker that has not answered by then is ended and the call fails with `image-timeout`. */
  readonly callDeadlineMs?: number
  /** A worker that holds more than `maxBytes` gets no more calls and is ended after the one that it has; one that holds
   *  twice as much, at once. */
  readonly memory?: { readonly maxBytes: number; read(peer: Peer<Remote>): Promise<Result<number>> }
  /** What the workers may ask of the engine. */
  readonly handlers: Handlers<Local>
  readonly host: Pick<EngineHost, 'spawnWorker' | 'log'>
}

/** Worker processes of one kind: started when there is work, started again when they die. A call is given
 *  to a worker that has started: if that dies it answers `worker-gone`, and what that means for the item is the caller's
 *  to say. When again and again none starts, the calls that wait answer `worker-broken`. */
export interface WorkerPool<Remote extends Contract<Remote>> extends Pick<Peer<Remote>, 'call'> {
  /** Calls it on every worker, those too that start later: of each method, with what it was told last. */
  tell<M extends keyof Remote & string>(method: M, input: Remote[M]['input']): void
  vitals(): Promise<(ProcessVitals & { readonly kind: string; readonly restarts: number })[]>
  stop(): Promise<void>
}

interface Slot<Remote extends Contract<Remote>> {
  readonly child: ChildHandle
  readonly peer: Peer<Remote>
  calls: number
  /** It has answered: its code could be loaded. */
  isReady: boolean
  /** It holds too much memory to be given another call. */
  isFull: boolean
}

const FIRST_RESTART_DELAY_MS = 250
const LONGEST_RESTART_DELAY_MS = 30_000
/** A worker that does not answer by then has not started. */
const START_DEADLINE_MS = 60_000
const MEMORY_CHECK_MS = 500
/** So many in a row that ended before they answered are no accident. */
const MAX_FAILED_STARTS = 3

export function createWorkerPool<Local extends Contract<Local>, Remote extends Contract<Remote> & WithVitals>(
  options: WorkerPoolOptions<Local, Remote>,
): WorkerPool<Remote> {
  const { kind, size, callsPerWorker, callDeadlineMs, memory, handlers, host } = options
  const slots = new Set<Slot<Remote>>()
  const waiting = new Set<(slot: Result<Slot<Remote>>) => void>()
  const told = new Map<keyof Remote & string, Remote[keyof Remote & string]['input']>()
  let restarts = 0
  /** Deaths without a finished call between: a worker that cannot even start is not started in a tight loop. */
  let barrenDeaths = 0
  let failedStarts = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const start = (): void => {
    const child = host.spawnWorker(kind)
    const peer = createPeer<Local, Remote>(child.port, handlers, (error, method) =>
      host.log.error('worker asked, engine failed', { method, error: String(error) }),
    )
    const slot: Slot<Remote> = { child, peer, calls: 0, isReady: false, isFull: false }
    const deadline = setTimeout(child.kill, START_DEADLINE_MS)
    void child.exited.then(({ code, signal }) => {
      slots.delete(slot)
      clearTimeout(deadline)
      if (stopped) return
      restarts += 1
      barrenDeaths += 1
      if (!slot.isReady) failedToStart()
      host.log.warn('worker ended', { kind, pid: child.pid, code, signal })
      pump()
    })
    slots.add(slot)
    void peer.call('vitals', null).then(({ ok: isReady }) => {
      clearTimeout(deadline)
      slot.isReady = isReady
      if (isReady) failedStarts = 0
      pump()
    })
    for (const [method, input] of told) void peer.call(method, input)
    pump()
  }

  const weigh = async (slot: Slot<Remote>): Promise<void> => {
    const held = await memory?.read(slot.peer)
    if (memory === undefined || !held?.ok || held.value <= memory.maxBytes) return
    host.log.warn('worker holds too much memory', { kind, pid: slot.child.pid, bytes: held.value })
    slot.isFull = true
    if (slot.calls === 0 || held.value > 2 * memory.maxBytes) slot.child.kill()
  }
  const scales =
    memory &&
    setInterval(() => {
      for (const slot of slots) if (slot.calls > 0 && !slot.isFull) void weigh(slot)
    }, MEMORY_CHECK_MS)

  const failedToStart = (): void => {
    failedStarts += 1
    if (failedStarts < MAX_FAILED_STARTS || [...slots].some(({ isReady }) => isReady)) return
    refuseWaiting(failure('worker-broken', { says: 'worker-of', kind }))
  }

  const refuseWaiting = (reason: Failure): void => {
    for (const give of waiting) give(fail(reason))
    waiting.clear()
  }

  const pump = (): void => {
    if (stopped) return
    for (const give of waiting) {
      const free = [...slots]
        .filter((slot) => slot.isReady && !slot.isFull && slot.calls < callsPerWorker)
        .sort((a, b) => a.calls - b.calls)[0]
      if (free === undefined) break
      free.calls += 1
      waiting.delete(give)
      give(ok(free))
    }
    // Those that are starting will take some of what waits.
    const expected = [...slots].reduce((sum, { isReady }) => sum + (isReady ? 0 : callsPerWorker), 0)
    if (timer !== undefined || waiting.size <= expected || slots.size >= size) return
    const delayMs =
      barrenDeaths < 2 ? 0 : Math.min(LONGEST_RESTART_DELAY_MS, FIRST_RESTART_DELAY_MS * 2 ** barrenDeaths)
    timer = setTimeout(() => {
      timer = undefined
      start()
    }, delayMs)
  }

  const slotFor = async (signal: AbortSignal | undefined): Promise<Result<Slot<Remote>>> => {
    const { promise, resolve: give } = Promise.withResolvers<Result<Slot<Remote>>>()
    const giveUp = (): void => {
      waiting.delete(give)
      give(fail(failure('cancelled')))
    }
    if (stopped || signal?.aborted) return fail(failure('cancelled'))
    signal?.addEventListener('abort', giveUp, { once: true })
    waiting.add(give)
    pump()
    const given = await promise
    signal?.removeEventListener('abort', giveUp)
    return given
  }

  return {
    async call(method, input, callOptions = {}) {
      const given = await slotFor(callOptions.signal)
      if (!given.ok) return given
      const slot = given.value
      let late = false
      const clearDeadline =
        callDeadlineMs === undefined
          ? () => undefined
          : afterAwake(callDeadlineMs, () => {
              late = true
              slot.child.kill()
            })
      const result = await slot.peer.call(method, input, callOptions)
      clearDeadline()
      slot.calls -= 1
      if (slot.isFull && slot.calls === 0) slot.child.kill()
      const died = !result.ok && result.failure.code === 'worker-gone'
      if (!died) barrenDeaths = 0
      pump()
      return late && died ? fail(failure('image-timeout')) : result
    },
    tell(method, input) {
      told.set(method, input)
      for (const { peer } of slots) void peer.call(method, input)
    },
    async vitals() {
      const answers = await Promise.all([...slots].map((slot) => slot.peer.call('vitals', null)))
      return answers.flatMap((answer) => (answer.ok ? [{ ...(answer.value as ProcessVitals), kind, restarts }] : []))
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      clearInterval(scales)
      refuseWaiting(failure('cancelled'))
      await Promise.all(
        [...slots].map((slot) => {
          slot.peer.close()
          slot.child.kill()
          return slot.child.exited
        }),
      )
    },
  }
}
