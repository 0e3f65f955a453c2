import { forkChild } from '../../src/engine/workers/fork-child.ts'
import { ok } from '../../src/shared/domain/result.ts'
import type { SecretKind } from '../../src/shared/domain/shop.ts'
import type { EngineContract, EngineHostContract } from '../../src/shared/ipc/engine.ts'
import { createPeer, type Peer } from '../../src/shared/worker/peer.ts'
import { isWorker } from '../support/entries.ts'
import { descendantsOf } from '../support/processes.ts'

/** The engine process, started again whenever it was killed, as the app does. */
export interface KeptEngine extends AsyncDisposable {
  /** The engine that runs now. */
  readonly peer: Peer<EngineContract>
  /** Processes of a kind that run now, the engine's own or its workers'. */
  pids(kind: 'engine' | 'imaging' | 'transfer'): Promise<number[]>
  /** Lets it go on the end of its channel, as the app's quit does, and starts another; `meanwhile` is done between
   *  the two. */
  restart(meanwhile?: () => Promise<void>): Promise<void>
}

export interface KeptEngineOptions {
  readonly entry: URL
  readonly dataDir: string
  readonly secrets: Readonly<Partial<Record<SecretKind, string>>>
  /** It ended otherwise than by SIGKILL. */
  readonly onCrash: (how: string) => void
}

export function keepEngine({ entry, dataDir, secrets, onCrash }: KeptEngineOptions): KeptEngine {
  let letGo = false

  const start = () => {
    const child = forkChild(entry, [dataDir])
    const peer = createPeer<EngineHostContract, EngineContract>(child.port, {
      secret: ({ kind }) => ok(secrets[kind as SecretKind] ?? null),
    })
    void child.exited.then(({ code, signal }) => {
      if (letGo) return
      if (signal !== 'SIGKILL') onCrash(`the engine ended by itself: ${signal ?? code}`)
      running = start()
    })
    return { child, peer }
  }
  let running = start()

  const end = async (): Promise<void> => {
    letGo = true
    const { child, peer } = running
    peer.close()
    await child.exited
  }

  return {
    get peer() {
      return running.peer
    },
    async pids(kind) {
      const { pid } = running.child
      if (pid === undefined) return []
      if (kind === 'engine') return [pid]
      const below = await descendantsOf(pid)
      return below.filter(({ command }) => isWorker(command, kind)).map((found) => found.pid)
    },
    async restart(meanwhile) {
      await end()
      await meanwhile?.()
      letGo = false
      running = start()
    },
    [Symbol.asyncDispose]: end,
  }
}
