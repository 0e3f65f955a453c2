import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { anyPlace, openQueueContext } from '../../../test/support/queue-context.ts'
import { diskTrouble } from '../../data-folder/failures.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { HoldKey } from '../../shared/domain/hold-key.ts'
import { ok } from '../../shared/domain/result.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { createCatchUpLane } from '../queue/catch-up-lane.ts'
import { createExamineLane } from '../queue/examine-lane.ts'
import { createMatchLane, type MatchLane } from '../queue/match-lane.ts'
import { createPrepareLane } from '../queue/prepare-lane.ts'
import { createQueue, type Queue } from '../queue/queue.ts'
import { createRest, type Rest } from '../queue/rest.ts'
import { createSweepLane, type SweepLane } from '../queue/sweep-lane.ts'
import { createTransferLane } from '../queue/transfer-lane.ts'
import { createRecordLane } from '../records/record-lane.ts'
import type { QueueContext } from './context.ts'
import { faultMet } from './fault-policy.ts'
import type { Lane } from './lane.ts'

const MINUTE_MS = 60_000
const NAS = { host: 'nas', port: 22, user: 'galley', root: '/tray', identityFile: '/key' }

let shop: TestCatalog
beforeEach(async () => {
  shop = await openTestCatalog()
  await shop.addBatch('b')
})
afterEach(async () => {
  await shop[Symbol.asyncDispose]()
})

/** What lanes share, over a catalog of which `broken` takes the place of some parts. */
function openContext(broken: Partial<Catalog> = {}) {
  const queue = openQueueContext(shop.catalog)
  const met = (error: unknown): Failure | null => {
    const trouble = diskTrouble(error, shop.dataDir)
    if (trouble !== null) queue.holds.add({ kind: 'local' }, trouble)
    return trouble
  }
  return { ...queue, context: { ...queue.context, catalog: { ...shop.catalog, met, ...broken } } }
}

/** Stands for workers, services and files that a test's lanes do not come to. */
function unused<T>(): T {
  return {} as T
}

/** Every lane, and whose holds say that its claim throws. */
const LANES: readonly (readonly [key: HoldKey, open: (context: QueueContext) => Lane])[] = [
  [
    { kind: 'imaging-worker' },
    (context) => createExamineLane(context, { imaging: unused(), capacity: 2, thumbnailDir: '' }),
  ],
  [{ kind: 'index' }, (context) => createMatchLane(context, unused(), unused(), unused())],
  [{ kind: 'prepare' }, (context) => createPrepareLane(context, { imaging: unused(), capacity: 2, files: unused() })],
  [
    { kind: 'transfer-worker' },
    (context) =>
      createTransferLane(context, {
        transfer: unused(),
        host: unused(),
        places: unused(),
        files: unused(),
        claims: unused(),
      }),
  ],
  [{ kind: 'backend', shopId: 'shop-1' }, (context) => createRecordLane(context, unused(), unused(), unused())],
  [
    { kind: 'sweep', shopId: 'shop-1' },
    (context) =>
      createSweepLane(context, {
        transfer: unused(),
        host: unused(),
        places: unused(),
        replacements: { undo: unused(), underWay: new Set() },
        twins: { settle: unused(), underWay: new Set() },
      }),
  ],
  [
    { kind: 'catch-up', shopId: 'shop-1' },
    (context) =>
      createCatchUpLane(context, {
        transfer: unused(),
        host: unused(),
        places: unused(),
        feed: unused(),
        onCaughtUp: unused(),
      }),
  ],
]

function throwing(error: unknown) {
  return (): never => {
    throw error
  }
}

/** A queue of which nothing works but the walks, and one lane. */
function openQueue(context: QueueContext, rest: Rest, sweep?: SweepLane): Queue {
  const lane: MatchLane & SweepLane = {
    settled: () => undefined,
    wake: () => undefined,
    wakeIn: () => undefined,
    underWay: () => [],
    drain: async () => undefined,
    stop: async () => undefined,
    abort: async () => false,
  }
  const projection = { batchChanged: () => undefined, itemChanged: () => undefined, batchView: () => null } as never
  const lanes = {
    examine: lane,
    match: lane,
    prepare: lane,
    transfer: lane,
    record: lane,
    recheck: lane,
    sweep: sweep ?? lane,
    catchUp: lane,
  }
  return createQueue({
    context,
    projection,
    rest,
    lanes,
    replacements: unused(),
    twins: unused(),
    numbers: unused(),
    files: unused(),
  })
}

/** A catalog of which nothing that a lane claims by can be read. */
function unreadable(error: unknown): Partial<Catalog> {
  const { batches, found, outbox, items } = shop.catalog
  const read = throwing(error)
  return {
    batches: { ...batches, open: read },
    found: { ...found, due: read },
    outbox: { ...outbox, countOf: read },
    items: { ...items, unswept: read },
  }
}

test.each(LANES)('a claim that throws holds what it is for, says so, and is made again: $0.kind', async (key, open) => {
  const broken = unreadable(new Error('a bug'))
  using faulty = openContext(broken)
  const lane = open(faulty.context)
  lane.wake()
  await vi.waitFor(() => expect(faulty.holds.view(key)).toMatchObject({ failure: { code: 'internal' } }))
  expect(faulty.holds.isHeld(key)).toBe(true)
  expect(faulty.holds.isSettled(key)).toBe(false)
  faulty.pass(MINUTE_MS)
  expect(faulty.holds.isHeld(key)).toBe(false)
  for (let tries = 1; tries < 3; tries += 1) {
    lane.wake()
    await vi.waitFor(() => expect(faulty.holds.isHeld(key)).toBe(true))
    faulty.pass(MINUTE_MS)
  }
  expect(faulty.holds.isSettled(key)).toBe(true)
  await lane.drain()
})

test.each(LANES)('[catalog locked] a claim that cannot read waits for that alone: not $0.kind', async (key, open) => {
  using faulty = openContext(unreadable(new Sqlite.SqliteError('database is locked', 'SQLITE_BUSY')))
  const lane = open(faulty.context)
  lane.wake()
  await vi.waitFor(() =>
    expect(faulty.holds.view({ kind: 'local' })).toMatchObject({ failure: { code: 'catalog-busy' } }),
  )
  expect(faulty.holds.view(key)).toBe(null)
  await lane.drain()
})

test('a bug while a shop catches up after a rebuild holds it with that reason, and it catches up later', async () => {
  const { catalog, shopId, templateId } = shop
  await catalog.write(() => catalog.found.setDue(templateId, true))
  using faulty = openContext()
  let isBug = true
  let caughtUp = 0
  const lane = createCatchUpLane(faulty.context, {
    transfer: { call: async () => ok([]) } as never,
    host: { secret: async () => 'secret', agentPath: null },
    places: anyPlace,
    feed: {
      catchUp: async () => {
        if (isBug) throw new Error('a bug')
        return ok(null)
      },
    },
    onCaughtUp: () => {
      caughtUp += 1
    },
  })
  await catalog.write(() =>
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: NAS, backendUrl: null }),
  )
  lane.wake()
  await vi.waitFor(() =>
    expect(faulty.holds.view({ kind: 'catch-up', shopId })).toMatchObject({ failure: { code: 'internal' } }),
  )
  isBug = false
  faulty.pass(MINUTE_MS)
  lane.wake()
  await vi.waitFor(() => expect(caughtUp).toBe(1))
  expect([faulty.holds.view({ kind: 'catch-up', shopId }), catalog.found.due(shopId)]).toEqual([null, []])
  await lane.drain()
})

test('a claim that throws once is made again when its hold ends, not before, and what it was for is done', async () => {
  const { catalog, shopId, templateId } = shop
  await catalog.write(() => catalog.found.setDue(templateId, true))
  let claims = 0
  const due = (id: string): string[] => {
    claims += 1
    return claims === 1 ? throwing(new Error('a bug'))() : catalog.found.due(id)
  }
  using faulty = openContext({ found: { ...catalog.found, due } })
  let caughtUp = 0
  const lane = createCatchUpLane(faulty.context, {
    transfer: { call: async () => ok([]) } as never,
    host: { secret: async () => 'secret', agentPath: null },
    places: anyPlace,
    feed: { catchUp: async () => ok(null) },
    onCaughtUp: () => {
      caughtUp += 1
    },
  })
  await catalog.write(() =>
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: NAS, backendUrl: null }),
  )
  const key: HoldKey = { kind: 'catch-up', shopId }
  for (let wakes = 0; wakes < 3; wakes += 1) {
    lane.wake()
    await vi.waitFor(() => expect(faulty.holds.isHeld(key)).toBe(true))
    await lane.abort('nothing')
  }
  expect([claims, caughtUp]).toEqual([1, 0])
  faulty.pass(MINUTE_MS)
  lane.wake()
  await vi.waitFor(() => expect(caughtUp).toBe(1))
  expect([faulty.holds.view(key), catalog.found.due(shopId)]).toEqual([null, []])
  await lane.drain()
})

test('a bug while something is swept holds that with its reason, and a retry has it swept', async () => {
  const { catalog, shopId } = shop
  await catalog.write(() =>
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: NAS, backendUrl: null }),
  )
  await shop.addItem('left', 'b', 'done')
  await catalog.write(() => catalog.items.setAttemptAtLeast('left', 1))
  using faulty = openContext()
  let isBug = true
  const call = async (method: string) => {
    if (isBug && method === 'sweep') throw new Error('a bug')
    return ok(null)
  }
  const sweep = createSweepLane(faulty.context, {
    transfer: { call } as never,
    host: { secret: async () => 'secret', agentPath: null },
    places: anyPlace,
    replacements: { undo: unused(), underWay: new Set() },
    twins: { settle: unused(), underWay: new Set() },
  })
  const rest = createRest(faulty.context)
  const queue = openQueue(faulty.context, rest, sweep)
  await queue.start()
  await vi.waitFor(() =>
    expect(faulty.holds.view({ kind: 'sweep', shopId })).toMatchObject({ failure: { code: 'internal' } }),
  )
  isBug = false
  expect([catalog.items.isUnswept('b', 0), await queue.retry('b')]).toEqual([true, ok(null)])
  await vi.waitFor(() => expect(catalog.items.isUnswept('b', 0)).toBe(false))
  expect(faulty.holds.view({ kind: 'sweep', shopId })).toBe(null)
  rest.dispose()
  await queue.drain()
})

test('[fault of ours] a bug ends a file that was never named on the NAS; one that may be there is released, and settled', async () => {
  const { catalog } = shop
  using faulty = openContext()
  await shop.addItem('new', 'b', 'uploading')
  await shop.addItem('named', 'b', 'uploading')
  const intent = { number: 1, finalName: 'UV 1.png', attempt: 1, isClaimed: false, sha256: null }
  await catalog.write(() => catalog.items.setIntent('named', intent))
  const stages = (): string[] => Array.from(catalog.items.ofBatch('b'), ({ state }) => state.stage)
  for (let tries = 1; tries <= 3; tries += 1) {
    const items = [...catalog.items.ofBatch('b')]
    await faultMet(faulty.context, 'test', new Error('a bug'), { items })
    expect(stages()).toEqual(['failed', 'waiting'])
    expect(faulty.holds.heldItemIds()).toEqual(['named'])
    expect(faulty.holds.settledItemIds()).toEqual(tries < 3 ? [] : ['named'])
    expect(catalog.items.intent('named')).toEqual(intent)
    faulty.pass(MINUTE_MS)
    expect(faulty.holds.heldItemIds()).toEqual([])
  }
})

test('[catalog locked] no file is ended by a lock that its work met', async () => {
  using faulty = openContext()
  await shop.addItem('new', 'b', 'uploading')
  const locked = new Sqlite.SqliteError('database is locked', 'SQLITE_BUSY_SNAPSHOT')
  await faultMet(faulty.context, 'test', locked, { items: [...shop.catalog.items.ofBatch('b')] })
  expect(shop.catalog.items.get('new')?.state.stage).toBe('waiting')
  expect(faulty.holds.heldItemIds()).toEqual([])
})

test.each([
  ['a bug', new Error('a bug'), { kind: 'walk', batchId: 'walked' }, 'internal'],
  [
    'a lock on the catalog',
    new Sqlite.SqliteError('database is locked', 'SQLITE_BUSY'),
    { kind: 'local' },
    'catalog-busy',
  ],
] as const)(
  'a walk that throws for %s is begun again, and nobody waits for it for ever',
  async (_, error, key, code) => {
    const { catalog } = shop
    let isBroken = true
    const pathsOf = (batchId: string): string[] => (isBroken ? throwing(error)() : catalog.items.pathsOf(batchId))
    using faulty = openContext({ items: { ...catalog.items, pathsOf } })
    const rest = createRest(faulty.context)
    const queue = openQueue(faulty.context, rest)
    await catalog.write(() => catalog.batches.endScan('b'))
    await shop.addBatch('walked', 'scanning')
    await queue.start()
    for (let tries = 1; tries <= 3; tries += 1) {
      await vi.waitFor(() => expect(faulty.holds.isHeld(key)).toBe(true))
      expect(faulty.holds.view(key)).toMatchObject({ failure: { code: code } })
      expect(catalog.batches.get('walked')?.state).toBe('scanning')
      faulty.pass(MINUTE_MS)
      if (tries < 3) queue.wake()
    }
    if (key.kind !== 'local') await rest.until(['walked'], new AbortController().signal)
    isBroken = false
    faulty.holds.lift({ kind: 'local' })
    queue.wake()
    await vi.waitFor(() => expect(catalog.batches.get('walked')?.state).toBe('ended'))
    expect(faulty.holds.view({ kind: 'walk', batchId: 'walked' })).toBe(null)
    rest.dispose()
    await queue.drain()
  },
)
