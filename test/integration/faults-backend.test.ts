import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { factsOf } from '../../src/shared/domain/stages.ts'
import { startBackendOn, type TestBackend } from '../support/backend.ts'
import { EMBEDDED_WORKER, placeEmptyDatabase } from '../support/empty-database.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { type Gate, startGate } from '../support/gate.ts'
import { sampleRecord } from '../support/sample-record.ts'

const DAY_MS = 24 * 3600_000
const { sshd, backend } = await shareServers()

interface Gated {
  readonly shop: EngineShop
  readonly gate: Gate
}

/** A shop whose engine reaches the backend through a gate. */
async function openGatedShop(to: TestBackend = backend): Promise<Gated & AsyncDisposable> {
  const gate = await startGate(to.url)
  // The test too reads the records through the gate: what stands behind it may change.
  const shop = await openEngineShop({ sshd, backend: { ...to, client: (token) => clientThrough(gate, token) } })
  await shop.reach({ backendUrl: gate.url })
  return {
    shop,
    gate,
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]()
      await gate[Symbol.asyncDispose]()
    },
  }
}

function clientThrough(gate: Gate, token: string): ReturnType<TestBackend['client']> {
  return createRecordClient({ url: gate.url, token })
}

async function untilHeld({ shop }: Gated, batchId: string, count: number): Promise<void> {
  await shop.until(
    batchId,
    (items) =>
      items.length === count && items.every(({ stage, hold }) => factsOf(stage).phase === 'stored' && hold !== null),
  )
}

test('[record answer lost] a chunk that was stored and not answered is sent again as it was, and is one record each', async () => {
  await using gated = await openGatedShop()
  const { shop, gate } = gated
  gate.judge = () => (gate.chunks.length === 1 ? 'lose-answer' : 'pass')
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  const batchId = await shop.drop([shop.drops])
  await shop.until(batchId, (items) => items.length === 3 && items.every(({ stage }) => stage === 'done'))
  expect(await shop.differences(batchId, sources)).toEqual([])
  const [first, second] = gate.chunks
  expect(second?.idempotencyKey).toBe(first?.idempotencyKey)
})

test('[backend busy] a backend that asks for time gets it, and then the same chunk', async () => {
  await using gated = await openGatedShop()
  const { shop, gate } = gated
  const refusals = [
    { status: 503, headers: { 'retry-after': '3' } },
    { status: 429, headers: { 'retry-after': '2' } },
  ]
  gate.judge = () => refusals[gate.chunks.length - 1] ?? 'pass'
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop([shop.drops])
  await shop.until(batchId, (items) => items.length === 2 && items.every(({ stage }) => stage === 'done'))
  expect(await shop.differences(batchId, sources)).toEqual([])
  const [first, second, third] = gate.chunks.map(({ at }) => at)
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(3_000)
  expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(2_000)
  expect(new Set(gate.chunks.slice(0, 3).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
})

test('[token refused] a revoked token is tried once, and the records follow with the next one', async () => {
  await using gated = await openGatedShop()
  const { shop, gate } = gated
  const good = shop.secrets['backend-token'] ?? ''
  const listed = await backend.backend.listShops()
  const name = listed.at(-1)?.name ?? ''
  const second = await backend.backend.addToken(name, 'another workstation')
  shop.secrets['backend-token'] = second?.token ?? ''
  expect(await backend.backend.revokeToken(second?.tokenId ?? '')).toBe(true)
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  const batchId = await shop.drop([shop.drops])
  await untilHeld(gated, batchId, sources.length)
  expect((await shop.items(batchId)).map(({ hold }) => hold)).toMatchObject(
    sources.map(() => ({ kind: 'backend', failure: { code: 'backend-token' } })),
  )
  await shop.rest(batchId)
  expect(gate.chunks.length).toBeLessThanOrEqual(1)
  // News, library, place and records are each asked for; claims for what comes out of matching meanwhile as well.
  const askedFor = Map.groupBy(gate.requests, ({ path }) => path.replace(/\?.*/, ''))
  for (const [path, requests] of askedFor) expect(requests.length, path).toBeLessThanOrEqual(2)
  shop.secrets['backend-token'] = good
  expectOk(await shop.engine.peer.call('secretsChanged', { shopId: shop.shopId }))
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[key with another body] a chunk whose key was used for another fails with its reason; a retry has a new key', async () => {
  await using gated = await openGatedShop()
  const { shop, gate } = gated
  gate.judge = () => ({ status: 503 })
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop([shop.drops])
  await untilHeld(gated, batchId, sources.length)
  const key = gate.chunks[0]?.idempotencyKey ?? ''
  const other = sampleRecord(77, { template: 'another' })
  const client = backend.client(shop.secrets['backend-token'] ?? '')
  expectOk(await client.sendBatch(key, [other], AbortSignal.timeout(10_000)))
  gate.judge = () => 'pass'
  const refused = await shop.rest(batchId)
  expect(refused.map(({ outcome, reason }) => [outcome, reason])).toEqual(
    sources.map(() => ['failed', 'backend-rejected']),
  )
  expect((await shop.records()).map(({ id }) => id)).toEqual([other.id])
  expectOk(await shop.engine.peer.call('retry', { batchId }))
  expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(['done', 'done'])
  expect(await shop.records()).toHaveLength(3)
  expect(gate.chunks.at(-1)?.idempotencyKey).not.toBe(key)
})

/** A record service of the test's own, whose folder outlives it. */
async function startOwnBackend(): Promise<{ readonly folder: string; start(): Promise<TestBackend> }> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-backend-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await placeEmptyDatabase(folder)
  return { folder, start: () => startBackendOn({ kind: 'embedded', folder, workerEntry: EMBEDDED_WORKER }) }
}

test('[backend restarted] records that come while the backend is started anew are there once each', async () => {
  const own = await startOwnBackend()
  const first = await own.start()
  await using gated = await openGatedShop(first)
  const { shop, gate } = gated
  gate.judge = () => (gate.chunks.length === 1 ? 'lose-answer' : { status: 503 })
  const sources = await writeDesigns(shop.drops, [1, 2, 3, 4])
  const batchId = await shop.drop([shop.drops])
  await untilHeld(gated, batchId, sources.length)
  await first[Symbol.asyncDispose]()
  gate.judge = () => 'pass'
  await using second = await own.start()
  gate.target = second.url
  await shop.until(batchId, (items) => items.every(({ stage }) => stage === 'done'))
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[offline for days] a record that was stored unanswered is one record still when the backend has forgotten its answer', async () => {
  const own = await startOwnBackend()
  const first = await own.start()
  await using gated = await openGatedShop(first)
  const { shop, gate } = gated
  gate.judge = () => (gate.chunks.length === 1 ? 'lose-answer' : { status: 503 })
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  const batchId = await shop.drop([shop.drops])
  await untilHeld(gated, batchId, sources.length)
  // A hundred days pass: the service keeps its answers for ninety.
  await shop.killAndRestart((catalog) => {
    for (const table of ['outbox', 'chunks', 'batches']) {
      catalog.prepare(`UPDATE ${table} SET created_at = created_at - ?`).run(100 * DAY_MS)
    }
  })
  await first[Symbol.asyncDispose]()
  const { PGlite } = await import('@electric-sql/pglite')
  const database = await PGlite.create(join(own.folder, 'pgdata'))
  await database.query('delete from answers')
  await database.close()
  await using second = await own.start()
  gate.target = second.url
  gate.judge = () => 'pass'
  await shop.until(batchId, (items) => items.length === 3 && items.every(({ stage }) => stage === 'done'))
  expect(await shop.differences(batchId, sources)).toEqual([])
})
