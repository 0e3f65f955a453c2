import { type Failure, failure } from '../../shared/domain/failure.ts'
import { fail, type Result } from '../../shared/domain/result.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import type { Log } from '../../shared/worker/log.ts'
import { type Contract, createPeer, type Handlers, type Peer } from '../../shared/worker/peer.ts'
import type { ChildHandle, ExitInfo } from '../../shared/worker/port.ts'
import { decideRestart, type RestartLimits } from '../../shared/worker/restart-policy.ts'

/** A child that can also be asked to end by itself. */
export interface EndableChild extends ChildHandle {
  end(): void
}

export interface Timing {
  /** Monotonic, ms. */
  monotonic(): number
  /** Runs once after `ms`; returns what prevents it. */
  after(ms: number, run: () => void): () => void
}

export type ProcessState<Ready> =
  | { readonly state: 'starting' }
  | { readonly state: 'running'; readonly ready: Ready }
  | { readonly state: 'restarting'; readonly afterMs: number }
  | { readonly state: 'stopped'; readonly failure: Failure }

export interface Supervision<Local extends Contract<Local>, Remote extends Contract<Remote>, Ready> {
  readonly name: string
  fork(): EndableChild
  readonly handlers: Handlers<Local>
  /** Asked of each new process. A failure that it answers is final: the process said why it cannot work. */
  ready(peer: Peer<Remote>): Promise<Result<Ready>>
  readonly limits: RestartLimits
  readonly readyTimeoutMs: number
  /** How long a process that was asked to end may take. */
  readonly stopBudgetMs: number
  readonly timing: Timing
  readonly log: Log
  onState(state: ProcessState<Ready>): void
}

export interface Supervised<Remote extends Contract<Remote>> {
  /** Calls the process; while it starts or restarts the call waits, when it is stopped the call fails with the reason. */
  readonly call: Peer<Remote>['call']
  /** Starts it, also after it was given up; crashes until then are forgotten. Nothing happens while it lives. */
  start(): void
  /** Ends it within the stop budget, and leaves it down. */
  stop(): Promise<void>
}

type Phase<Remote extends Contract<Remote>> =
  | { readonly kind: 'alive'; readonly child: EndableChild; readonly peer: Peer<Remote>; running: boolean }
  | { readonly kind: 'waiting'; readonly cancel: () => void }
  | { readonly kind: 'down'; readonly failure: Failure }

/** Keeps one process alive: started again after a crash, left down when it crashes too often or says why it cannot work.
 *  Each process has a port of its own, so nothing of a dead one reaches the next. */
export function supervise<Local extends Contract<Local>, Remote extends Contract<Remote>, Ready>(
  options: Supervision<Local, Remote, Ready>,
): Supervised<Remote> {
  const { name, limits, timing, log, onState } = options
  let phase: Phase<Remote> = { kind: 'down', failure: failure('worker-gone') }
  let crashTimes: readonly number[] = []
  const waiting = new Set<(peer: Result<Peer<Remote>>) => void>()

  const answerWaiting = (peer: Result<Peer<Remote>>): void => {
    for (const answer of waiting) answer(peer)
    waiting.clear()
  }

  const goDown = (reason: Failure): void => {
    phase = { kind: 'down', failure: reason }
    answerWaiting(fail(reason))
    onState({ state: 'stopped', failure: reason })
  }

  const spawn = (): void => {
    const child = options.fork()
    const onFault = (error: unknown, method: string): void =>
      log.error('handler-fault', { name, method, ...said(error) })
    const peer = createPeer<Local, Remote>(child.port, options.handlers, onFault)
    const life: Phase<Remote> = { kind: 'alive', child, peer, running: false }
    phase = life
    onState({ state: 'starting' })
    const cancelTimeout = timing.after(options.readyTimeoutMs, () => {
      log.error('process-not-ready', { name, afterMs: options.readyTimeoutMs })
      child.kill()
    })
    void options.ready(peer).then((answer) => {
      cancelTimeout()
      if (phase !== life) return
      if (answer.ok) {
        life.running = true
        log.info('process-running', { name, pid: child.pid })
        answerWaiting({ ok: true, value: peer })
        onState({ state: 'running', ready: answer.value })
      } else if (answer.failure.code !== 'worker-gone') {
        log.error('process-refused', { name, code: answer.failure.code, detail: describeDetail(answer.failure.detail) })
        goDown(answer.failure)
        child.kill()
      }
    })
    void child.exited.then((exit) => {
      cancelTimeout()
      if (phase === life) crashed(exit)
    })
  }

  const crashed = (exit: ExitInfo): void => {
    const now = timing.monotonic()
    crashTimes = [...crashTimes.filter((at) => now - at < limits.withinMs), now]
    const decision = decideRestart(crashTimes, now, limits)
    log.error('process-crashed', { name, code: exit.code, signal: exit.signal, decision: decision.kind })
    if (decision.kind === 'give-up') {
      goDown(failure('internal', { says: 'ended-often', process: name, times: limits.crashes }))
      return
    }
    phase = { kind: 'waiting', cancel: timing.after(decision.afterMs, spawn) }
    onState({ state: 'restarting', afterMs: decision.afterMs })
  }

  const runningPeer = (): Promise<Result<Peer<Remote>>> => {
    if (phase.kind === 'down') return Promise.resolve(fail(phase.failure))
    if (phase.kind === 'alive' && phase.running) return Promise.resolve({ ok: true, value: phase.peer })
    return new Promise((resolve) => waiting.add(resolve))
  }

  return {
    async call(method, input, callOptions) {
      const peer = await runningPeer()
      return peer.ok ? peer.value.call(method, input, callOptions) : peer
    },
    start() {
      if (phase.kind !== 'down') return
      crashTimes = []
      spawn()
    },
    async stop() {
      const last = phase
      goDown(failure('worker-gone'))
      if (last.kind === 'waiting') last.cancel()
      if (last.kind !== 'alive') return
      const cancelKill = timing.after(options.stopBudgetMs, () => {
        log.warn('process-killed', { name, afterMs: options.stopBudgetMs })
        last.child.kill()
      })
      last.child.end()
      await last.child.exited
      cancelKill()
    },
  }
}

function said(error: unknown): { message: string; stack: string | undefined } {
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error), stack: undefined }
}
