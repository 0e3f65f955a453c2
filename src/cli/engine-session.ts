import { mkdirSync } from 'node:fs'
import { forkChild } from '../engine/workers/fork-child.ts'
import { failure } from '../shared/domain/failure.ts'
import { ok } from '../shared/domain/result.ts'
import type { EngineContract, EngineHostContract } from '../shared/ipc/engine.ts'
import { createPeer, type Peer } from '../shared/worker/peer.ts'
import { decideRestart, ENGINE_RESTART_LIMITS } from '../shared/worker/restart-policy.ts'
import { failureError, orEnd } from './cli-error.ts'
import type { Secrets } from './secrets.ts'
import { workerEntry } from './worker-entry.ts'

/** An engine process of this command's own. */
export interface EngineSession {
  /** Starts working; until then it only answers questions. */
  begin(): Promise<void>
  /** The engine that runs now; another after a crash. */
  readonly engine: () => Peer<EngineContract>
  /** Called for each engine that takes the place of a dead one. */
  onRestart(listener: () => void): void
  /** Lets it write what it is writing, and ends it. */
  close(): Promise<void>
}

/** Time for a drained engine to end by itself. */
const END_BUDGET_MS = 5_000

/** Starts the engine on a data folder and waits until it answers. If it dies it is started again, but not after an
 *  interrupt; at the third time in five minutes the command ends. */
export async function openEngine(
  dataDir: string,
  secrets: Secrets,
  interrupt: AbortSignal,
  onGiveUp: (reason: string) => void,
): Promise<EngineSession> {
  makeFolder(dataDir)
  const listeners = new Set<() => void>()
  const crashes: number[] = []
  let closing = false
  let mode: 'working' | 'idle' = 'idle'

  const start = () => {
    const child = forkChild(workerEntry('engine'), [dataDir, mode])
    const peer = createPeer<EngineHostContract, EngineContract>(child.port, {
      secret: ({ shopId, kind }) => ok(secrets.get(shopId, kind)),
    })
    void child.exited.then(({ code, signal }) => {
      if (closing || interrupt.aborted) return
      crashes.push(performance.now())
      const decision = decideRestart(crashes, performance.now(), ENGINE_RESTART_LIMITS)
      if (decision.kind === 'give-up') return onGiveUp(`The engine ended three times (${signal ?? code}).`)
      setTimeout(() => {
        if (closing || interrupt.aborted) return
        running = start()
        for (const listener of listeners) listener()
      }, decision.afterMs)
    })
    return { child, peer }
  }

  let running = start()
  const ready = await running.peer.call('status', null)
  if (!ready.ok) {
    closing = true
    running.child.kill()
    await running.child.exited
    throw failureError(ready.failure)
  }
  return {
    engine: () => running.peer,
    async begin() {
      mode = 'working'
      orEnd(await running.peer.call('begin', null))
    },
    onRestart: (listener) => void listeners.add(listener),
    async close() {
      closing = true
      await running.peer.call('drain', null)
      // The channel's end is the engine's; its catalog is on the disk with each commit.
      const { peer, child } = running
      peer.close()
      const timer = setTimeout(child.kill, END_BUDGET_MS)
      await child.exited
      clearTimeout(timer)
    },
  }
}

/** Before the engine's log, so that the folder is this person's alone. */
function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw failureError(
      failure('data-folder-unwritable', {
        says: 'at',
        path: dataDir,
        what: error instanceof Error ? error.message : String(error),
      }),
    )
  }
}
