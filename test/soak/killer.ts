import { setTimeout as pause } from 'node:timers/promises'
import { signalProcess } from '../support/processes.ts'
import type { KeptBackend } from './backend-process.ts'
import type { KeptEngine } from './engine-process.ts'
import type { Frozen, Moment, PlannedKill, Victim } from './plan.ts'
import type { CatalogReader } from './read-catalog.ts'
import { oneOf, type SoakNas } from './soak-nas.ts'
import type { NasWatch } from './watch-nas.ts'

export interface Scene {
  readonly engine: KeptEngine
  readonly backend: KeptBackend
  readonly nas: SoakNas
  readonly nasWatch: NasWatch
  readonly catalog: CatalogReader
  /** Nothing is worth waiting for any more. */
  readonly signal: AbortSignal
}

const LOOK_EVERY_MS = 5
/** A moment or a victim that does not come is not waited for: an engine that starts again takes most of it. */
const PATIENCE_MS = 2_500
/** More than any file of others has. */
const SOME_BYTES = 1_000
/** The engine has saved a point to go on from by then. */
const RESUMABLE_BYTES = 10_000_000

export interface Struck {
  readonly victim: Victim
  readonly frozen: FrozenProcesses
}

/** Processes that were stopped, and the moment when they were woken. */
interface FrozenProcesses {
  readonly count: number
  readonly woken: Promise<void>
}

/** Waits for the moment and kills one process with SIGKILL; of another kind when there is none of the planned one. */
export async function strike(scene: Scene, kill: PlannedKill): Promise<Struck> {
  await comesTrue(momentIn(scene, kill.moment), scene.signal)
  const frozen = await freeze(scene, kill)
  await pause(kill.delayMs)
  const didKill = async (victim: Victim): Promise<boolean> => {
    if (victim === 'session') return scene.nas.cutSession(kill.which)
    const pid = oneOf(await pidsOf(scene, victim), kill.which)
    return pid !== undefined && signalProcess(pid, 'SIGKILL')
  }
  if (await comesTrue(() => didKill(kill.victim), scene.signal)) return { victim: kill.victim, frozen }
  await comesTrue(() => didKill('engine'), scene.signal)
  return { victim: 'engine', frozen }
}

async function freeze(scene: Scene, { freeze: planned, which }: PlannedKill): Promise<FrozenProcesses> {
  if (planned === null) return { count: 0, woken: Promise.resolve() }
  const { what, forMs } = planned
  const stopped: number[] = []
  const didFreeze = async (): Promise<boolean> => {
    for (const pid of await toFreeze(scene, what, which)) if (signalProcess(pid, 'SIGSTOP')) stopped.push(pid)
    return stopped.length > 0
  }
  await comesTrue(didFreeze, scene.signal)
  const wake = (): void => {
    for (const pid of stopped) signalProcess(pid, 'SIGCONT')
  }
  return { count: stopped.length, woken: pause(forMs, undefined, { signal: scene.signal }).then(wake, wake) }
}

async function toFreeze(scene: Scene, what: Frozen, which: number): Promise<number[]> {
  switch (what) {
    case 'nas':
      return scene.nas.sessions()
    case 'disk':
      return scene.nas.fileServers()
    default: {
      const pid = oneOf(await pidsOf(scene, what), which)
      return pid === undefined ? [] : [pid]
    }
  }
}

function momentIn({ nasWatch, catalog }: Scene, moment: Moment): () => boolean {
  const before = nasWatch.named
  switch (moment) {
    case 'any':
      return () => true
    case 'bytes':
      return () => nasWatch.mostUnderWay > SOME_BYTES
    case 'resumable':
      return () => nasWatch.mostUnderWay > RESUMABLE_BYTES
    case 'named':
      return () => nasWatch.named > before
    case 'recording':
      return () => catalog.isRecording()
  }
}

async function pidsOf({ engine, backend, nas }: Scene, victim: Victim): Promise<number[]> {
  switch (victim) {
    case 'session':
      return nas.sessions()
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
