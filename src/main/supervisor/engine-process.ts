import type { EngineContract, EngineHostContract, EngineStatus } from '../../shared/ipc/engine.ts'
import type { Log } from '../../shared/worker/log.ts'
import type { Handlers } from '../../shared/worker/peer.ts'
import { ENGINE_RESTART_LIMITS } from '../../shared/worker/restart-policy.ts'
import { type ProcessState, type Supervised, supervise, type Timing } from './supervise.ts'
import { type Forking, forkUtility, supervisedChild } from './utility-child.ts'
import { brokerWorkers } from './worker-broker.ts'

export type EngineProcess = Supervised<EngineContract>

/** Supervises the engine process over `dataDir`, and starts its workers for it. It is ready once it answers `status`. */
export function superviseEngine(options: {
  readonly dataDir: string
  readonly forking: Forking
  readonly handlers: Handlers<EngineHostContract>
  readonly timing: Timing
  readonly log: Log
  onState(state: ProcessState<EngineStatus>): void
}): EngineProcess {
  return supervise<EngineHostContract, EngineContract, EngineStatus>({
    ...options,
    name: 'engine',
    fork() {
      const child = forkUtility(options.forking, 'engine', [options.dataDir])
      brokerWorkers(child, options.forking)
      return supervisedChild(child)
    },
    ready: (peer) => peer.call('status', null),
    limits: ENGINE_RESTART_LIMITS,
    // A large catalog is checked before the first answer.
    readyTimeoutMs: 60_000,
    stopBudgetMs: 5_000,
  })
}
