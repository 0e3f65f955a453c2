import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { createRecordClient, type RecordClient } from '../../src/engine/records/client.ts'
import { createEmbeddedServices, IDLE_MS } from '../../src/engine/records/embedded-services.ts'
import { forkChild } from '../../src/engine/workers/fork-child.ts'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import type { Result } from '../../src/shared/domain/result.ts'
import type { ChildHandle } from '../../src/shared/worker/port.ts'
import type { ServicePlace } from '../../src/shared/worker/records.ts'
import { startBackend } from '../support/backend.ts'
import { openTestCatalog } from '../support/catalog.ts'
import { placeEmptyDatabase } from '../support/empty-database.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, writeDesigns } from '../support/engine-shop.ts'
import { isWorker } from '../support/entries.ts'
import { keptRecords } from '../support/kept-records.ts'
import { descendantsOf, signalProcess } from '../support/processes.ts'
import { sampleRecord } from '../support/sample-record.ts'
import { startSshd } from '../support/sshd.ts'

vi.setConfig({ testTimeout: 180_000 })

const sshd = await startSshd()
afterAll(() => sshd[Symbol.asyncDispose]())

const open = (): Promise<EngineShop> => openEngineShop({ sshd, backend: null })

async function store(shop: EngineShop, seeds: readonly number[]): Promise<ReceiptLine[]> {
  return shop.rest(await shop.drop(await writeDesigns(shop.drops, seeds), { onSimilar: 'keep' }))
}

async function serviceOf({ engine }: EngineShop): Promise<number | undefined> {
  const below = await descendantsOf(engine.pid)
  return below.find(({ command }) => isWorker(command, 'records'))?.pid
}

async function expectKept({ engine, dataDir, shopId }: EngineShop, seeds: readonly number[]): Promise<void> {
  await engine.end('SIGTERM')
  const kept = await keptRecords(join(dataDir, 'records', shopId))
  expect(kept.map(({ originalName }) => originalName).sort()).toEqual(seeds.map((seed) => `design ${seed}.png`))
}

test('a shop without a backend: its files are stored, their records are kept here, and nobody else may enter', async () => {
  await using shop = await open()
  expect(await serviceOf(shop)).toBeUndefined()
  // The first start has a database to make.
  await rm(join(shop.dataDir, 'records'), { recursive: true })
  expect((await store(shop, [1, 2])).map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['done', ''],
    ['done', ''],
  ])
  expect((await store(shop, [1])).map(({ outcome }) => outcome)).toEqual(['skipped'])
  expect((await stat(join(shop.dataDir, 'records', shop.shopId))).mode & 0o077).toBe(0)
  await expectKept(shop, [1, 2])
})

test('[service of this computer killed] the next records start it again; none is lost or doubled', async () => {
  await using shop = await open()
  await store(shop, [1])
  const first = await serviceOf(shop)
  signalProcess(first ?? 0, 'SIGKILL')
  expect((await store(shop, [2])).map(({ outcome }) => outcome)).toEqual(['done'])
  expect(await serviceOf(shop)).not.toBe(first)
  await expectKept(shop, [1, 2])
})

test.for([
  [
    'garbage in its files',
    async (folder: string) => writeFile(join(folder, 'pgdata', 'global', 'pg_control'), 'garbage'),
  ],
  [
    'a file in its place',
    async (folder: string) => {
      await rm(join(folder, 'pgdata'), { recursive: true })
      await writeFile(join(folder, 'pgdata'), 'garbage')
    },
  ],
  ['garbage as its lock', async (folder: string) => writeFile(join(folder, 'lock.sqlite'), 'garbage'.repeat(100))],
] as const)('[records of this computer damaged] %s: set aside, filled again, and said once', async ([, damage]) => {
  await using shop = await open()
  await store(shop, [1, 2])
  await shop.engine.end('SIGKILL')
  const folder = join(shop.dataDir, 'records', shop.shopId)
  await damage(folder)
  await shop.restart('SIGKILL')
  expect((await store(shop, [3])).map(({ outcome }) => outcome)).toEqual(['done'])
  const { recordsKeptIn } = expectOk(await shop.engine.peer.call('status', null))
  expect(await readdir(join(shop.dataDir, 'records'))).toEqual([shop.shopId, basename(recordsKeptIn ?? '')])
  expectOk(await shop.engine.peer.call('recordsKeptSeen', null))
  expect(expectOk(await shop.engine.peer.call('status', null)).recordsKeptIn).toBeNull()
  await expectKept(shop, [1, 2, 3])
})

test("a shop moves to a team's service: all that was kept here is there, and what is kept here stays", async () => {
  await using backend = await startBackend()
  await using shop = await open()
  await store(shop, [1, 2])
  const token = await backend.addShop('Team')
  shop.secrets['backend-token'] = token
  await shop.reach({ backendUrl: backend.url })
  const resent = expectOk(await shop.engine.peer.call('resendRecords', { shopId: shop.shopId }))
  // How many it lacked is chance: what a pull sent meanwhile is there already.
  expect(resent).toMatchObject({ asked: 2, keptIn: join(shop.dataDir, 'records', shop.shopId) })
  expect((await store(shop, [3])).map(({ outcome }) => outcome)).toEqual(['done'])
  await vi.waitFor(async () => expect(await serviceOf(shop)).toBeUndefined(), { timeout: 20_000 })
  const feed = expectOk(await backend.client(token).hashFeed(0, 100, AbortSignal.timeout(10_000)))
  expect(feed.entries.map(({ originalName }) => originalName).sort()).toEqual([
    'design 1.png',
    'design 2.png',
    'design 3.png',
  ])
  await expectKept(shop, [1, 2])
})

test('a process that nobody asked for five minutes ends by itself, and the next one has all that it kept', async () => {
  await using shop = await openTestCatalog()
  const { catalog, dataDir, shopId } = shop
  const folder = join(dataDir, 'records', shopId)
  await placeEmptyDatabase(folder)
  const children: ChildHandle[] = []
  const nothing = (): void => undefined
  const services = createEmbeddedServices({
    catalog,
    dataDir,
    host: {
      spawnWorker() {
        const started = forkChild(new URL('../../src/worker/records.ts', import.meta.url))
        children.push(started)
        return started
      },
      log: { info: nothing, warn: nothing, error: nothing },
    },
    onSetAside: () => expect.unreachable(),
  })
  onTestFinished(() => services.stop())
  const { signal } = new AbortController()
  const clientOf = async (place: Promise<Result<ServicePlace>>): Promise<RecordClient> =>
    createRecordClient(expectOk(await place))

  // The engine's clock alone goes on by five minutes; the process and its database are real.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const place = services.place(shopId)
  await vi.advanceTimersByTimeAsync(1)
  expectOk(await (await clientOf(place)).sendBatch('k', [sampleRecord(1)], signal))
  vi.advanceTimersByTime(IDLE_MS - 2)
  expect(await services.vitals()).toMatchObject([{ pid: children[0]?.pid }])
  vi.advanceTimersByTime(1)
  vi.useRealTimers()
  await children[0]?.exited
  expect(() => process.kill(children[0]?.pid ?? 0, 0)).toThrow('ESRCH')
  expect([children.length, await services.vitals()]).toEqual([1, []])

  const { entries } = expectOk(await (await clientOf(services.place(shopId))).hashFeed(0, 10, signal))
  expect([children.length, entries.map(({ id }) => id)]).toEqual([2, [sampleRecord(1).id]])
})
