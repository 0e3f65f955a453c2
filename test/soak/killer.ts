import { setTimeout as pause } from 'node:timers/promises'
import { signalProcess } from '../support/processes.ts'
import type { Sshd } from '../support/sshd.ts'
import type { KeptBackend } from './backend-process.ts'
import type { KeptEngine } from './engine-process.ts'
import type { Moment, PlannedKill, Victim } from './plan.ts'
import type { CatalogReader } from './read-catalog.ts'
import type { NasWatch } from './watch-nas.ts'

export interface Scene {
  readonly engine: KeptEngine
  readonly backend: KeptBackend
  readonly sshd: Sshd
  readonly nas: NasWatch
  readonly catalog: CatalogReader
  /** Nothing is worth waiting for any more. */
  readonly signal: AbortSignal
}

const LOOK_EVERY_MS = 5
/** A moment or a victim that does not come is not waited for. */
const PATIENCE_MS = 1_500

/** Waits for the moment and kills one process with SIGKILL; of another kind when there is none of the planned one. */
export async function strike(scene: Scene, kill: PlannedKill): Promise<Victim> {
  await comesTrue(momentIn(scene, kill.moment), scene.signal)
  await pause(kill.delayMs)
  const didKill = async (victim: Victim): Promise<boolean> => {
    const pids = await pidsOf(scene, victim)
    const pid = pids[Math.floor(kill.which * pids.length)]
    return pid !== undefined && signalProcess(pid, 'SIGKILL')
  }
  if (await comesTrue(() => didKill(kill.victim), scene.signal)) return kill.victim
  await comesTrue(() => didKill('engine'), scene.signal)
  return 'engine'
}

function momentIn({ nas, catalog }: Scene, moment: Moment): () => boolean {
  const before = nas.named
  switch (moment) {
    case 'any':
      return () => true
    case 'bytes':
      return () => nas.hasBytesUnderWay
    case 'named':
      return () => nas.named > before
    case 'recording':
      return () => catalog.isRecording()
  }
}

async function pidsOf({ engine, backend, sshd }: Scene, victim: Victim): Promise<number[]> {
  switch (victim) {
    case 'session':
      return sshd.sessions()
    case 'backend':
      return backend.pid === undefined ? [] : [backend.pid]
    default:
      return engine.pids(victim)
  }
}

async function comesTrue(isSo: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until && !signal.aborted) {
    if (await isSo()) return true
    await pause(LOOK_EVERY_MS)
  }
  return false
}
