import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isEnded, type ShownStage } from '../../src/shared/domain/stages.ts'
import type { TestBackend } from '../support/backend.ts'
import { addShop, expectOk, startEngine } from '../support/engine.ts'
import type { Sshd } from '../support/sshd.ts'
import { type BenchContext, requireNativeCrypto } from './row.ts'
import { type ProcessUse, watchProcesses } from './watch-processes.ts'

/** The processes that share the work, as their entries are called. */
export const ROLES = ['engine', 'imaging', 'transfer'] as const

const UNMATCHED: ReadonlySet<ShownStage> = new Set(['accepted', 'inspecting', 'hashing', 'matching'])

export interface WholeJob {
  /** From the drop until everything is at rest. */
  readonly ms: number
  /** From the drop until who watches is told of the first row, of the first file that was examined and matched, and of
   *  the first that is done. */
  readonly firstRowMs: number
  readonly firstMatchedMs: number
  readonly firstDoneMs: number
  readonly loopDelayP99Ms: number
  readonly processes: readonly ProcessUse[]
}

export interface WholeJobParts {
  /** `files` different designs, all of them new. */
  readonly folder: string
  readonly files: number
  readonly sshd: Sshd
  readonly backend: TestBackend
  /** A folder of this job's own; it names the shop and its folder on the NAS too. */
  readonly place: string
  /** The engine of another version. */
  readonly entry?: URL
}

/** The main job on a new engine: from the drop of a folder to the last confirmed record. */
export async function wholeJob(context: BenchContext, parts: WholeJobParts): Promise<WholeJob> {
  const { folder, files, sshd, backend, place, entry } = parts
  const nasRoot = join(sshd.root, place.split('/').at(-1) ?? '')
  await mkdir(nasRoot)
  await using engine = startEngine(place, { 'backend-token': await backend.addShop(nasRoot) }, entry)
  const shop = await addShop(engine, { sshd, backendUrl: backend.url, nas: { ...sshd.nas, root: nasRoot } })
  requireNativeCrypto(expectOk(await engine.peer.call('diagnose', null)).nativeCrypto, context)
  const processes = watchProcesses(engine.pid)
  // A reading covers the time since the one before.
  expectOk(await engine.peer.call('activity', null))
  const watching = new AbortController()
  const started = performance.now()
  const first = { row: Number.NaN, matched: Number.NaN, done: Number.NaN }
  const watched = engine.peer.call('watch', null, {
    signal: watching.signal,
    onEvent({ items }) {
      const ms = performance.now() - started
      if (Number.isNaN(first.row) && items.length > 0) first.row = ms
      if (Number.isNaN(first.matched) && items.some(({ stage }) => !UNMATCHED.has(stage))) first.matched = ms
      if (Number.isNaN(first.done) && items.some(({ stage }) => isEnded(stage))) first.done = ms
    },
  })
  const policy = { onDuplicate: 'skip', onSimilar: 'keep' } as const
  const { batchId } = expectOk(await engine.peer.call('acceptPaths', { ...shop, paths: [folder], policy }))
  expectOk(await engine.peer.call('untilRest', { batchIds: [batchId] }))
  const ms = performance.now() - started
  const { loopDelayP99Ms } = expectOk(await engine.peer.call('activity', null)).engine
  const used = processes.stop()
  watching.abort()
  await watched
  const [batch] = expectOk(await engine.peer.call('status', null)).batches
  if (batch?.counts.done !== files) throw new Error(`not a whole job: ${JSON.stringify(batch?.counts)}`)
  return {
    ms,
    firstRowMs: first.row,
    firstMatchedMs: first.matched,
    firstDoneMs: first.done,
    loopDelayP99Ms,
    processes: used,
  }
}

/** The highest peak of any process of that role, in bytes. */
export function peakBytesOf({ processes }: WholeJob, role: (typeof ROLES)[number]): number {
  const used = processes.filter(({ command }) => command.includes(`worker/${role}`))
  return Math.max(...used.map(({ peakRssBytes }) => peakRssBytes))
}
