import type { Failure } from '../shared/domain/failure.ts'
import type { SecretKind } from '../shared/domain/shop.ts'
import type { Log } from '../shared/worker/log.ts'
import type { ChildHandle, WorkerKind } from '../shared/worker/port.ts'

export type { Log }

/** What the engine asks of the process that hosts it. Nothing in the engine reaches past this. */
export interface EngineHost {
  /** Starts a worker process. The engine supervises it: it restarts what died and counts what it died on. */
  spawnWorker(kind: WorkerKind): ChildHandle
  /** A secret of a shop, or null when none was given. */
  secret(shopId: string, kind: SecretKind): Promise<string | null>
  /** Where this person's ssh-agent listens; null when there is none. */
  readonly agentPath: string | null
  /** Ends this process, so that it is started again. */
  startAgain(because: Failure): void
  readonly clock: Clock
  /** Uniform in [0, 1). */
  random(): number
  newId(): string
  readonly log: Log
}

export interface Clock {
  /** Wall clock, ms since the epoch: for what a person reads. */
  now(): number
  /** Monotonic, ms: for deadlines and backoff, which a changed wall clock must not disturb. */
  monotonic(): number
}
