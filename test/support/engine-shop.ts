import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { afterAll, vi } from 'vitest'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { type FeedResponse, MAX_FEED_LIMIT } from '../../src/shared/api/records.ts'
import type { BatchView, ItemView, ReceiptLine } from '../../src/shared/domain/batch.ts'
import type { DuplicatePolicy } from '../../src/shared/domain/match.ts'
import type { Nas, SecretKind } from '../../src/shared/domain/shop.ts'
import type { Timetable } from '../../src/shared/domain/speed-limit.ts'
import type { ExitInfo } from '../../src/shared/worker/port.ts'
import { startBackend, type TestBackend } from './backend.ts'
import type { ChaosProxy } from './chaos-proxy.ts'
import { findDifferences } from './differences.ts'
import { placeEmptyDatabase } from './empty-database.ts'
import { addShop, expectOk, startEngine, type TestEngine } from './engine.ts'
import { isWorker } from './entries.ts'
import { descendantsOf, signalProcess } from './processes.ts'
import { type Sshd, startSshd } from './sshd.ts'

/** A workstation's engine with a shop of its own on a NAS and a backend that tests may share. */
export interface EngineShop extends AsyncDisposable {
  readonly engine: TestEngine
  readonly shopId: string
  readonly templateId: string
  readonly dataDir: string
  readonly nasRoot: string
  /** A folder for dropped files. */
  readonly drops: string
  /** Answered to the engine; may change at any time. */
  readonly secrets: Partial<Record<SecretKind, string>>
  /** Saves the shop with this NAS and backend. */
  reach(change: { readonly nas?: Partial<Nas>; readonly backendUrl?: string | null }): Promise<void>
  /** Saves the shop with its NAS behind the proxy. */
  reachBy(proxy: ChaosProxy): Promise<void>
  /** Sets the speed of uploads, always or by a timetable; null is full speed. */
  limit(speed: number | Timetable | null): Promise<void>
  /** Accepts files and folders for a template, by default the shop's first; the batch. */
  drop(paths: readonly string[], policy?: Partial<DuplicatePolicy>, templateId?: string): Promise<string>
  /** Waits until nothing of the batch moves by itself any more; its receipt. */
  rest(batchId: string): Promise<ReceiptLine[]>
  /** Rests, then compares all that the shop ever dropped, the NAS, the records and the receipt: none when all is well. */
  differences(batchIds: string | readonly string[], sources: readonly string[]): Promise<string[]>
  items(batchId: string): Promise<readonly ItemView[]>
  batch(batchId: string): Promise<BatchView>
  /** Waits until the items of the batch are as wanted. */
  until(batchId: string, isSo: (items: readonly ItemView[]) => boolean): Promise<void>
  /** What the backend has of the shop. */
  records(): Promise<FeedResponse['entries']>
  /** SIGKILL to the engine's transfer worker; the engine starts another. */
  killTransferWorker(): Promise<void>
  /** The engine is ended by a signal, and another takes its place. */
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<ExitInfo>
  /** SIGKILL to the engine, and another in its place; `meanwhile` may change the catalog between the two. */
  killAndRestart(meanwhile?: (catalog: Database) => void): Promise<void>
}

/** For `killAndRestart`: an hour later, what cancelled uploads left is kept no longer. */
export function keepNoParts(catalog: Database): void {
  catalog.prepare('UPDATE items SET part_kept_until = 1').run()
}

/** A NAS and a backend for all tests of a file. */
export async function shareServers(): Promise<{ readonly sshd: Sshd; readonly backend: TestBackend }> {
  const [sshd, backend] = await Promise.all([startSshd(), startBackend()])
  afterAll(async () => {
    await backend[Symbol.asyncDispose]()
    await sshd[Symbol.asyncDispose]()
  })
  return { sshd, backend }
}

export interface EngineShopParts {
  readonly sshd: Sshd
  /** Null: this computer keeps the records. */
  readonly backend: TestBackend | null
  /** Offered as the NAS's root; by default a new folder on the server. */
  readonly nasRoot?: string
  /** By default a new folder. */
  readonly dataDir?: string
  /** By default a shop of its own at the backend. */
  readonly token?: string
  /** By default the server's host key is trusted. */
  readonly isTrusted?: boolean
}

export async function openEngineShop(parts: EngineShopParts): Promise<EngineShop> {
  const { sshd, backend } = parts
  const home = await mkdtemp(join(tmpdir(), 'galley-engine-'))
  const nasRoot = parts.nasRoot ?? (await mkdtemp(join(sshd.root, 'shop-')))
  await chmod(nasRoot, 0o777)
  const { dataDir = join(home, 'data') } = parts
  const drops = join(home, 'drops')
  await mkdir(drops)
  const token = parts.token ?? (await backend?.addShop(home))
  const secrets: Partial<Record<SecretKind, string>> = token === undefined ? {} : { 'backend-token': token }
  let engine = startEngine(dataDir, secrets)
  const { shopId, templateId } = await addShop(engine, {
    sshd,
    backendUrl: backend?.url ?? null,
    nas: { ...sshd.nas, root: nasRoot },
    isTrusted: parts.isTrusted ?? true,
  })
  if (backend === null) await placeEmptyDatabase(join(dataDir, 'records', shopId))
  let shop = { nas: { ...sshd.nas, root: nasRoot }, backendUrl: backend?.url ?? null }

  const items = async (batchId: string): Promise<readonly ItemView[]> =>
    expectOk(await engine.peer.call('batchItems', { batchId }))

  const reach: EngineShop['reach'] = async ({ nas, backendUrl = shop.backendUrl }) => {
    shop = { nas: { ...shop.nas, ...nas }, backendUrl }
    expectOk(await engine.peer.call('saveShop', { id: shopId, name: 'Test shop', kind: 'real', ...shop }))
  }
  const rest = async (batchId: string): Promise<ReceiptLine[]> => {
    expectOk(await engine.peer.call('untilRest', { batchIds: [batchId] }))
    return [...expectOk(await engine.peer.call('receipt', { batchId }))]
  }
  const records = async (): Promise<FeedResponse['entries']> => {
    if (backend === null || token === undefined) throw new Error('the records are kept by the engine')
    const found: FeedResponse['entries'][number][] = []
    for (let [after, more] = [0, true]; more; ) {
      const page = expectOk(await backend.client(token).hashFeed(after, MAX_FEED_LIMIT, AbortSignal.timeout(10_000)))
      found.push(...page.entries)
      after = page.cursor
      more = page.more
    }
    return found
  }

  return {
    get engine() {
      return engine
    },
    shopId,
    templateId,
    dataDir,
    nasRoot,
    drops,
    secrets,
    reach,
    async reachBy({ host, port }) {
      expectOk(await engine.peer.call('trustHostKey', { host, port, fingerprint: sshd.hostKeyFingerprint }))
      await reach({ nas: { port } })
    },
    async limit(speed) {
      const timetable = Array.isArray(speed) ? speed : [{ at: '00:00', bytesPerSecond: speed }]
      expectOk(await engine.peer.call('limitSpeed', { timetable }))
    },
    async drop(paths, policy = {}, forTemplate = templateId) {
      const chosen = { onDuplicate: 'skip', onSimilar: 'review', ...policy } as const
      return expectOk(
        await engine.peer.call('acceptPaths', { paths: [...paths], shopId, templateId: forTemplate, policy: chosen }),
      ).batchId
    },
    rest,
    async differences(batchIds, sources) {
      const receipts = await Promise.all([batchIds].flat().map(rest))
      return findDifferences({ sources, nasRoot, records: await records(), receipt: receipts.flat() })
    },
    items,
    async batch(batchId) {
      const found = expectOk(await engine.peer.call('status', null)).batches.find(({ id }) => id === batchId)
      if (found === undefined) throw new Error(`no batch ${batchId}`)
      return found
    },
    async until(batchId, isSo) {
      await vi.waitFor(
        async () => {
          const now = await items(batchId)
          if (!isSo(now))
            throw new Error(`not yet: ${now.map(({ stage, hold }) => `${stage} ${hold?.kind}`).join(', ')}`)
        },
        { timeout: 40_000, interval: 20 },
      )
    },
    records,
    async killTransferWorker() {
      const below = await descendantsOf(engine.pid)
      const workers = below.filter(({ command }) => isWorker(command, 'transfer'))
      if (workers.length === 0) throw new Error('no transfer worker runs')
      for (const { pid } of workers) signalProcess(pid, 'SIGKILL')
    },
    async restart(signal) {
      const ended = await engine.end(signal)
      engine = startEngine(dataDir, secrets)
      return ended
    },
    async killAndRestart(meanwhile) {
      await engine.end('SIGKILL')
      if (meanwhile !== undefined) {
        const database = new Sqlite(join(dataDir, 'catalog.sqlite'))
        meanwhile(database)
        database.close()
      }
      engine = startEngine(dataDir, secrets)
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await rm(home, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Writes small designs of these seeds into a folder; their paths. */
export async function writeDesigns(folder: string, seeds: readonly number[]): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  return Promise.all(
    seeds.map(async (seed) => {
      const path = join(folder, `design ${seed}.png`)
      await writeFile(path, await drawDesign(seed, { width: 300, height: 350 }))
      return path
    }),
  )
}
