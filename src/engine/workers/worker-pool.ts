import { failure } from '../../shared/domain/failure.ts'
import { fail } from '../../shared/domain/result.ts'
import type { ProcessVitals } from '../../shared/worker/imaging.ts'
import { type Contract, createPeer, type Handlers, type Method, type Peer } from '../../shared/worker/peer.ts'
import type { ChildHandle, WorkerKind } from '../../shared/worker/port.ts'
import type { EngineHost } from '../ports.ts'

type WithVitals = { readonly vitals: Method & { readonly input: null } }

export interface WorkerPoolOptions<Local extends Contract<Local>> {
  readonly kind: WorkerKind
  readonly size: number
  /** Calls that one worker has at a time; more wait here. */
  readonly callsPerWorker: number
  /** A worker that has not answered by then is ended and the call fails with `image-timeout`. */
  readonly callDeadlineMs?: number
  /** What the workers may ask of the engine. */
  readonly handlers: Handlers<Local>
  readonly host: Pick<EngineHost, 'spawnWorker' | 'log'>
}

/** Worker processes of one kind: started when there is work, started again when they die. A call whose worker died
 *  answers `worker-gone`; what that means for the item is the caller's to say. */
export interface WorkerPool<Remote extends Contract<Remote>> extends Pick<Peer<Remote>, 'call'> {
  /** Calls it on every worker, those too that start later: of each method, with what it was told last. */
  tell<M extends keyof Remote & string>(method: M, input: Remote[M]['input']): void
  vitals(): Promise<(ProcessVitals & { readonly kind: string; readonly restarts: number })[]>
  stop(): Promise<void>
}

interface Slot<Remote extends Contract<Remote>> {
  child: ChildHandle
  peer: Peer<Remote>
  calls: number
}

const FIRST_RESTART_DELAY_MS = 250
const LONGEST_RESTART_DELAY_MS = 30_000

export function createWorkerPool<Local extends Contract<Local>, Remote extends Contract<Remote> & WithVitals>(
  options: WorkerPoolOptions<Local>,
): WorkerPool<Remote> {
  const { kind, size, callsPerWorker, callDeadlineMs, handlers, host } = options
  const slots = new Set<Slot<Remote>>()
  const waiting: ((slot: Slot<Remote> | null) => void)[] = []
  const told = new Map<keyof Remote & string, Remote[keyof Remote & string]['input']>()
  let restarts = 0
  /** Deaths without a finished call between: a worker that cannot even start is not started in a tight loop. */
  let barrenDeaths = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const start = (): void => {
    const child = host.spawnWorker(kind)
    const peer = createPeer<Local, Remote>(child.port, handlers, (error, method) =>
      host.log.error('worker asked, engine failed', { method, error: String(error) }),
    )
    const slot: Slot<Remote> = { child, peer, calls: 0 }
    void child.exited.then(({ code, signal }) => {
      slots.delete(slot)
      if (stopped) return
      restarts += 1
      barrenDeaths += 1
      host.log.warn('worker ended', { kind, pid: child.pid, code, signal })
      pump()
    })
    slots.add(slot)
    for (const [method, input] of told) void peer.call(method, input)
    pump()
  }

  const pump = (): void => {
    if (stopped) return
    while (waiting.length > 0) {
      const free = [...slots].filter((slot) => slot.calls < callsPerWorker).sort((a, b) => a.calls - b.calls)[0]
      if (free === undefined) break
      free.calls += 1
      waiting.shift()?.(free)
    }
    if (timer !== undefined || waiting.length === 0 || slots.size >= size) return
    const delayMs =
      barrenDeaths < 2 ? 0 : Math.min(LONGEST_RESTART_DELAY_MS, FIRST_RESTART_DELAY_MS * 2 ** barrenDeaths)
    timer = setTimeout(() => {
      timer = undefined
      start()
    }, delayMs)
  }

  const slotFor = (signal: AbortSignal | undefined): Promise<Slot<Remote> | null> =>
    new Promise((resolve) => {
      const give = (slot: Slot<Remote> | null): void => {
        signal?.removeEventListener('abort', giveUp)
        resolve(slot)
      }
      const giveUp = (): void => {
        const at = waiting.indexOf(give)
        if (at >= 0) waiting.splice(at, 1)
        resolve(null)
      }
      if (stopped || signal?.aborted) return resolve(null)
      signal?.addEventListener('abort', giveUp, { once: true })
      waiting.push(give)
      pump()
    })

  return {
    async call(method, input, callOptions = {}) {
      const slot = await slotFor(callOptions.signal)
      if (slot === null) return fail(failure('cancelled'))
      let late = false
      const deadline =
        callDeadlineMs === undefined
          ? undefined
          : setTimeout(() => {
              late = true
              slot.child.kill()
            }, callDeadlineMs)
      const result = await slot.peer.call(method, input, callOptions)
      clearTimeout(deadline)
      slot.calls -= 1
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
      for (const give of waiting.splice(0)) give(null)
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
