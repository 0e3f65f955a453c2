import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { anyPlace, NO_LEASES, openQueueContext } from '../../../test/support/queue-context.ts'
import { sampleExamination } from '../../../test/support/sample-item.ts'
import { type Failure, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { holdKeysOfShop } from '../../shared/domain/hold-key.ts'
import type { Item } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { TransferContract } from '../../shared/worker/transfer.ts'
import { MAX_ATTEMPTS } from '../items/transition.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import { createTransferLane, transferHandlers } from './transfer-lane.ts'

const MINUTE_MS = 60_000

let shop: TestCatalog
beforeEach(async () => {
  shop = await openTestCatalog()
  const nas = { host: 'nas', port: 22, user: 'galley', root: '/tray', identityFile: '/key' }
  await shop.catalog.write(() =>
    shop.catalog.shops.saveShop({ id: shop.shopId, name: 'Test shop', kind: 'real', nas, backendUrl: null }),
  )
  await shop.addBatch('b')
})
afterEach(async () => {
  lost.clear()
  asked.clear()
  await shop[Symbol.asyncDispose]()
})

/** Items that another workstation has taken over: what was granted before is theirs when they get their name. */
const lost = new Set<string>()
/** Items whose claims are asked for, and not answered yet. */
const asked = new Set<string>()
const claims = {
  granted: (waiting: readonly Item[]) => waiting.filter(({ id }) => !asked.has(id)),
  confirm: async (id: string) => !lost.has(id),
}

/** What the NAS says of a file: null takes it, under the name that it is given; `named` refuses it only then. */
type Nas = (itemId: string) => FailureCode | { readonly named: FailureCode } | null

/** The lane over a NAS that is played, and a clock that is moved by hand. */
function openLane(nas: Nas) {
  const { catalog } = shop
  const { context, holds, pass } = openQueueContext(catalog)
  const sent: string[] = []
  const put = async (itemId: string, attempt: number, remoteDir: string): Promise<Result<unknown>> => {
    sent.push(itemId)
    const refusal = nas(itemId)
    if (typeof refusal === 'string') return fail(failure(refusal))
    const named = await transferHandlers({ catalog, itemChanged: () => undefined }, claims, NO_LEASES).takeName(
      { itemId, attempt },
      nobody,
    )
    if (!named.ok) return named
    if (refusal !== null) return fail(failure(refusal.named))
    const { fileName } = named.value
    return ok({ fileName, remotePath: `${remoteDir}/${fileName}`, sizeBytes: 10, verifiedBy: 'size', durable: true })
  }
  const nobody = { signal: new AbortController().signal, emit: () => undefined }
  const transfer = {
    call: (method: string, input: { itemId: string; attempt: number; remoteDir: string }) =>
      method === 'put' ? put(input.itemId, input.attempt, input.remoteDir) : Promise.resolve(ok(null)),
  } as unknown as WorkerPool<TransferContract>
  const lane = createTransferLane(context, {
    transfer,
    host: { secret: () => Promise.resolve(null), agentPath: null },
    places: anyPlace,
    files: { path: String },
    claims,
  })
  return {
    holds,
    sent,
    lane,
    stages: (): Record<string, string> =>
      Object.fromEntries(Array.from(catalog.items.ofBatch('b'), ({ id, state }) => [id, state.stage])),
    failures: (): (Failure | null)[] =>
      Array.from(catalog.items.ofBatch('b'), ({ state }) => (state.stage === 'failed' ? state.failure : null)),
    /** Lets that much time pass, and all be done that may be then. */
    async pass(ms: number) {
      pass(ms)
      lane.wake()
      do {
        await lane.abort('nothing')
        await new Promise(setImmediate)
        await lane.abort('nothing')
      } while (lane.underWay().length > 0)
    },
    async [Symbol.asyncDispose]() {
      await lane.drain()
      holds.dispose()
    },
  }
}

async function addWaiting(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await shop.addItem(`item-${n}`, 'b', 'waiting')
}

test('of files that a NAS refuses all, without saying why, none ever ends, and few are sent', async () => {
  await using queue = openLane(() => 'nas-failure')
  await addWaiting(60)
  await queue.pass(0)
  const atOnce = queue.sent.length
  for (let n = 0; n < 24; n += 1) await queue.pass(5 * MINUTE_MS)
  expect(new Set(Object.values(queue.stages()))).toEqual(new Set(['waiting']))
  expect(queue.sent.length - atOnce).toBe(24)
  // No two in a row are the same one.
  const later = queue.sent.slice(atOnce)
  expect(later.filter((id, n) => id === later[n - 1])).toEqual([])
  expect(queue.holds.isSettled({ kind: 'folder', templateId: shop.templateId })).toBe(true)
  expect(queue.holds.view({ kind: 'nas', shopId: shop.shopId })).toBe(null)
})

test('one file that a NAS refuses among those that it takes ends after its tries, and is told so', async () => {
  await using queue = openLane((id) => (id === 'item-0' ? 'verification-failed' : null))
  await addWaiting(5)
  for (let n = 0; n <= MAX_ATTEMPTS; n += 1) await queue.pass(5 * MINUTE_MS)
  const { 'item-0': bad, ...others } = queue.stages()
  expect([bad, new Set(Object.values(others))]).toEqual(['failed', new Set(['stored'])])
  expect(queue.sent.filter((id) => id === 'item-0')).toHaveLength(MAX_ATTEMPTS + 1)
  const [failed] = queue.failures()
  expect(failed?.code).toBe('verification-failed')
  expect(failed?.action).not.toMatch(/by itself/)
})

test.for(['sftp-off', 'permission-denied', 'nas-quota', 'needs-sign-in', 'rename-refused'] as const)(
  'what is set up wrongly is counted against no file, and all go on when it is mended: %s',
  async (code) => {
    let isMended = false
    await using queue = openLane(() => (isMended ? null : code))
    await addWaiting(3)
    for (let n = 0; n < 2 * MAX_ATTEMPTS; n += 1) await queue.pass(30 * MINUTE_MS)
    expect(Object.values(queue.stages())).toEqual(['waiting', 'waiting', 'waiting'])
    expect(Array.from(shop.catalog.items.ofBatch('b'), ({ attempts }) => attempts)).toEqual([0, 0, 0])
    isMended = true
    for (const key of holdKeysOfShop(shop.shopId, [{ id: shop.templateId }])) queue.holds.lift(key)
    await queue.pass(0)
    expect(Object.values(queue.stages())).toEqual(['stored', 'stored', 'stored'])
  },
)

test('one file that may not be written among others that may waits alone, and holds up none of them', async () => {
  await using queue = openLane((id) => (id === 'item-0' ? 'permission-denied' : null))
  await addWaiting(4)
  await queue.pass(0)
  await queue.pass(2 * MINUTE_MS)
  expect(queue.stages()).toEqual({ 'item-0': 'waiting', 'item-1': 'stored', 'item-2': 'stored', 'item-3': 'stored' })
  expect(queue.holds.settledItemIds()).toEqual(['item-0'])
  expect(queue.holds.view({ kind: 'folder', templateId: shop.templateId })).toBe(null)
  for (let n = 0; n < 2 * MAX_ATTEMPTS; n += 1) await queue.pass(30 * MINUTE_MS)
  expect(queue.stages()['item-0']).toBe('waiting')
})

test.for(['permission-denied', 'rename-refused', 'remote-conflict'] as const)(
  'a file whose old design may not be replaced holds up none of its folder, and ends by no count of tries: %s',
  async (code) => {
    await using queue = openLane((id) => (id === 'item-0' ? code : null))
    await addWaiting(4)
    const item = shop.catalog.items.get('item-0')
    if (item === null) throw new Error('no item-0')
    const near = { kind: 'near', against: 'design', phashDistance: 2, dhashDistance: 2, correlation: 0.99 } as const
    const matches = [{ ...near, id: 'design-1', fileName: 'old.png' }]
    const review = { stage: 'review', examination: sampleExamination, matches } as const
    await shop.catalog.write(() => shop.catalog.items.save({ ...item, decided: { decision: 'replace', review } }))
    await queue.pass(0)
    expect(queue.stages()).toEqual({ 'item-0': 'waiting', 'item-1': 'stored', 'item-2': 'stored', 'item-3': 'stored' })
    expect(queue.holds.view({ kind: 'folder', templateId: shop.templateId })).toBe(null)
    expect(queue.holds.view({ kind: 'item', itemId: 'item-0' })).toMatchObject({ failure: { code } })
    for (let n = 0; n < 2 * MAX_ATTEMPTS; n += 1) await queue.pass(30 * MINUTE_MS)
    expect(queue.stages()['item-0']).toBe('waiting')
    expect(queue.sent.filter((id) => id === 'item-0')).toHaveLength(2 * MAX_ATTEMPTS + 1)
  },
)

test("a folder that refuses its files holds no other template's", async () => {
  await using queue = openLane((id) => (id === 'sticker' ? null : 'permission-denied'))
  await addWaiting(2)
  await queue.pass(0)
  expect(queue.holds.isHeld({ kind: 'folder', templateId: shop.templateId })).toBe(true)
  await shop.addTemplate('stickers')
  await shop.addBatch('c', 'active', 'normal', 'stickers')
  await shop.addItem('sticker', 'c', 'waiting')
  await queue.pass(0)
  expect(shop.catalog.items.get('sticker')?.state.stage).toBe('stored')
  expect(queue.holds.isHeld({ kind: 'folder', templateId: shop.templateId })).toBe(true)
})

test('a NAS that answers about a folder is shown as held for the folder, not for what it was held for before', async () => {
  let refusal: FailureCode = 'sftp-off'
  await using queue = openLane(() => refusal)
  await addWaiting(1)
  await queue.pass(0)
  refusal = 'permission-denied'
  await queue.pass(2 * MINUTE_MS)
  expect(queue.holds.view({ kind: 'nas', shopId: shop.shopId })).toBe(null)
  expect(queue.holds.view({ kind: 'folder', templateId: shop.templateId })).toMatchObject({
    failure: { code: 'permission-denied' },
  })
})

test('a connection that breaks before a byte moved holds the NAS, and is counted against no file', async () => {
  await using queue = openLane(() => 'connection-lost')
  await addWaiting(3)
  for (let n = 0; n < 2 * MAX_ATTEMPTS; n += 1) await queue.pass(5 * MINUTE_MS)
  expect(Object.values(queue.stages())).toEqual(['waiting', 'waiting', 'waiting'])
  expect(queue.holds.view({ kind: 'nas', shopId: shop.shopId })?.kind).toBe('offline')
})

test('a fault of ours after a file got its name ends no file: it is looked for under that name by the next upload', async () => {
  let isMended = false
  await using queue = openLane(() => (isMended ? null : { named: 'internal' }))
  await addWaiting(1)
  for (let n = 0; n < 2 * MAX_ATTEMPTS; n += 1) await queue.pass(30 * MINUTE_MS)
  const promised = shop.catalog.items.intent('item-0')
  expect([queue.stages(), promised?.number]).toEqual([{ 'item-0': 'waiting' }, 1])
  // Nobody waits for it at a terminal.
  expect(queue.holds.settledItemIds()).toEqual(['item-0'])
  isMended = true
  await queue.pass(30 * MINUTE_MS)
  expect(queue.stages()).toEqual({ 'item-0': 'stored' })
})

/** The number that the next file of the template gets. */
function nextNumber(): Promise<number> {
  return shop.catalog.write(() => shop.catalog.numbers.reserve(shop.templateId))
}

test('the name of a file that failed with its rename in doubt stays promised; of one that was not stored it goes on', async () => {
  for (const [refusal, isKept] of [
    ['connection-lost', true],
    ['verification-failed', false],
  ] as const) {
    const id = `bad-${refusal}`
    await shop.addItem(id, 'b', 'waiting')
    await using queue = openLane((item) => (item === id ? { named: refusal } : null))
    await queue.pass(0)
    const promised = shop.catalog.items.intent(id)?.number
    expect(promised).toEqual(expect.any(Number))
    await shop.addItem(`good-${refusal}`, 'b', 'waiting')
    for (let n = 0; n <= MAX_ATTEMPTS; n += 1) await queue.pass(5 * MINUTE_MS)
    expect(queue.stages()[id]).toBe('failed')
    expect(shop.catalog.items.intent(id) !== null).toBe(isKept)
    expect((await nextNumber()) === promised).toBe(!isKept)
  }
})

test('a name that is given to a file takes away what it would go on from: that temporary file is never written again', async () => {
  await addWaiting(1)
  const point = { attempt: 1, offset: 5, isClosed: true }
  await shop.catalog.write(() => shop.catalog.items.setResumePoint('item-0', point))
  const signal = new AbortController().signal
  const asked = { itemId: 'item-0', attempt: 2 }
  await transferHandlers({ ...shop, itemChanged: () => undefined }, claims, NO_LEASES).takeName(asked, {
    signal,
    emit: () => undefined,
  })
  expect(shop.catalog.items.resumePoint('item-0')).toBe(null)
})

test('what earlier attempts of a stored file may have left is still to be swept', async () => {
  let tries = 0
  await using queue = openLane((id) => (id === 'item-1' && ++tries === 1 ? 'nas-failure' : null))
  await addWaiting(1)
  await queue.pass(0)
  expect([queue.stages(), shop.catalog.items.isUnswept('b', 0)]).toEqual([{ 'item-0': 'stored' }, false])
  await shop.addItem('item-1', 'b', 'waiting')
  await queue.pass(0)
  await queue.pass(5 * MINUTE_MS)
  expect([queue.stages()['item-1'], shop.catalog.items.isUnswept('b', 0)]).toEqual(['stored', true])
})

test('a name is promised when it is on the disk, and not before; the number of a stored file is used for good', async () => {
  const { catalog, templateId } = shop
  await using queue = openLane(() => null)
  await addWaiting(1)
  const other = new Sqlite(join(shop.dataDir, 'catalog.sqlite'))
  other.exec('BEGIN IMMEDIATE')
  const nobody = { signal: new AbortController().signal, emit: () => undefined }
  // A power cut takes what is written without a flush.
  const cut = async (): Promise<never> => Promise.reject(new Error('not flushed'))
  let isPromised = false
  const promised = Promise.resolve(
    transferHandlers(
      { catalog: { ...catalog, note: cut, bulk: cut }, itemChanged: () => undefined },
      claims,
      NO_LEASES,
    ).takeName({ itemId: 'item-0', attempt: 1 }, nobody),
  ).then(() => {
    isPromised = true
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(isPromised).toBe(false)
  other.exec('ROLLBACK')
  other.close()
  await promised
  await queue.pass(0)
  expect(queue.stages()).toEqual({ 'item-0': 'stored' })
  await catalog.write(() => catalog.numbers.free(templateId, 1))
  expect(await catalog.write(() => catalog.numbers.reserve(templateId))).toBe(2)
})

test('what another workstation has taken over gets no name here: it waits its turn, and no try is counted', async () => {
  await using queue = openLane(() => null)
  await addWaiting(1)
  lost.add('item-0')
  for (let turns = 0; turns < 12; turns += 1) {
    await queue.pass(5_000)
    expect(queue.stages()).toEqual({ 'item-0': 'waiting' })
    expect(shop.catalog.items.intent('item-0')).toBe(null)
    expect(queue.holds.view({ kind: 'item', itemId: 'item-0' })).toMatchObject({
      failure: { code: 'claimed-elsewhere' },
    })
  }
  expect([queue.sent.length > 6, queue.holds.settledItemIds()]).toEqual([true, []])
  lost.clear()
  await queue.pass(5_000)
  expect(queue.stages()).toEqual({ 'item-0': 'stored' })
})

test('what is granted goes before others of its priority that are still asked for, and before none of a higher one', async () => {
  await using queue = openLane(() => null)
  await shop.addBatch('high', 'active', 'high')
  await shop.addItem('asked', 'high', 'waiting')
  await shop.addItem('granted', 'high', 'waiting')
  await addWaiting(1)
  asked.add('asked')
  await queue.pass(0)
  expect(queue.sent).toEqual(['granted'])
  asked.clear()
  await queue.pass(0)
  expect(queue.sent).toEqual(['granted', 'asked', 'item-0'])
})
