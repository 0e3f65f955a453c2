import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { NO_LIBRARY } from '../../../test/support/queue-context.ts'
import { failure } from '../../shared/domain/failure.ts'
import type { EngineDelta } from '../../shared/ipc/engine.ts'
import type { LiveItem } from '../items/context.ts'
import { createHolds } from '../items/holds.ts'
import { createProjection } from './projection.ts'

let shop: TestCatalog
beforeEach(async () => {
  shop = await openTestCatalog()
})
afterEach(async () => {
  await shop[Symbol.asyncDispose]()
})

function openProjection() {
  const clock = { now: () => 0, monotonic: () => performance.now() }
  const holds = createHolds({ clock, random: () => 1, onChange: () => undefined })
  const live = new Map<string, LiveItem>()
  const speed = { now: { bytesPerSecond: null as number | null, until: '19:00' }, timetable: [] }
  const traffic = { ackedBytes: 0, verifiedBytes: 0 }
  const projection = createProjection({
    catalog: shop.catalog,
    holds,
    speed,
    library: NO_LIBRARY,
    live,
    waitingFor: new Map(),
    traffic,
    clock,
  })
  const deltas: EngineDelta[] = []
  const controller = new AbortController()
  const watched = projection.watch((delta) => deltas.push(delta), controller.signal)
  return {
    projection,
    holds,
    speed,
    live,
    traffic,
    deltas,
    async end() {
      controller.abort()
      await watched
      projection.dispose()
      holds.dispose()
    },
  }
}

describe('createProjection', () => {
  test('tells the whole once, then what changed, many changes in one', async () => {
    await shop.addBatch('b')
    for (const id of ['a', 'c', 'd']) await shop.addItem(id, 'b', 'accepted')
    const { projection, deltas, end } = openProjection()
    expect(deltas.map(({ full, items }) => [full, items.length])).toEqual([[true, 3]])
    for (let i = 0; i < 50; i += 1) {
      projection.itemChanged('a', 'b')
      projection.itemChanged('c', 'b')
    }
    await vi.waitFor(() => expect(deltas).toHaveLength(2))
    expect(deltas[1]).toMatchObject({ full: false, items: [{ id: 'a' }, { id: 'c' }], batches: [{ id: 'b' }] })
    await end()
    projection.itemChanged('a', 'b')
    expect(deltas).toHaveLength(2)
  })

  test('a new watcher is not told once more what it was told with the whole', async () => {
    await shop.addBatch('b')
    for (const id of ['a', 'c']) await shop.addItem(id, 'b', 'accepted')
    const first = openProjection()
    await first.end()
    first.projection.itemChanged('a', 'b')
    const deltas: EngineDelta[] = []
    const controller = new AbortController()
    const watched = first.projection.watch((delta) => deltas.push(delta), controller.signal)
    first.projection.itemChanged('c', 'b')
    await vi.waitFor(() => expect(deltas).toHaveLength(2))
    expect(deltas.map(({ items }) => items.map(({ id }) => id))).toEqual([['a', 'c'], ['c']])
    controller.abort()
    await watched
    first.projection.dispose()
  })

  test('a batch that was removed is told once, and a speed that falls to nothing is told though nothing else changes', async () => {
    await shop.addBatch('b')
    const { projection, traffic, deltas, end } = openProjection()
    traffic.ackedBytes += 1000
    projection.batchesRemoved(['removed'])
    const speed = (): number | undefined => deltas.at(-1)?.status.bytesPerSecond
    await vi.waitFor(() => expect(speed()).toBeGreaterThan(0))
    await vi.waitFor(() => expect(speed()).toBe(0), 20_000)
    expect(deltas.flatMap(({ removedBatchIds }) => removedBatchIds)).toEqual(['removed'])
    await end()
  })

  test('counts a batch’s bytes as they are acknowledged, and each stage where it belongs', async () => {
    await shop.addBatch('b')
    const stages = ['done', 'failed', 'review', 'uploading', 'stored', 'accepted'] as const
    for (const stage of stages) await shop.addItem(stage, 'b', stage)
    const { projection, live, end } = openProjection()
    live.set('uploading', { batchId: 'b', sentBytes: 4, movedBytes: 4, stage: 'verifying' })
    live.set('of another batch', { batchId: 'other', sentBytes: 5, movedBytes: 5, stage: null })
    // Each sample has 10 bytes: done, failed and stored count whole.
    expect(projection.batchView('b')).toMatchObject({
      counts: { done: 1, failed: 1, review: 1, active: 3, skipped: 0, cancelled: 0 },
      totalBytes: 60,
      doneBytes: 34,
    })
    const [uploading] = projection.batchItems('b').filter(({ id }) => id === 'uploading')
    expect(uploading).toMatchObject({ stage: 'verifying', sentBytes: 4 })
    await end()
  })

  test('says why an item waits: its batch, the timetable, its own next attempt, the NAS, or the backend', async () => {
    await shop.addBatch('b')
    await shop.addItem('waits', 'b', 'waiting')
    await shop.addItem('stored', 'b', 'stored')
    await shop.addItem('done', 'b', 'done')
    const { projection, holds, speed, end } = openProjection()
    const kinds = (): unknown[] => projection.batchItems('b').map(({ hold }) => hold?.kind)
    holds.add({ kind: 'nas', shopId: shop.shopId }, failure('nas-full'))
    expect(kinds()).toEqual(['nas-full', undefined, undefined])
    holds.add({ kind: 'item', itemId: 'waits' }, failure('nas-failure'))
    holds.add({ kind: 'backend', shopId: shop.shopId }, failure('backend-unreachable'))
    expect(kinds()).toEqual(['retry-at', 'backend', undefined])
    speed.now.bytesPerSecond = 0
    expect(kinds()).toEqual(['scheduled', 'backend', undefined])
    await shop.catalog.write(() => shop.catalog.batches.setState('b', 'paused'))
    expect(kinds()).toEqual(['paused', 'backend', undefined])
    await end()
  })

  test('says why nothing of a batch moves, and nothing while some of it does', async () => {
    await shop.addBatch('b')
    for (const id of ['waits', 'other']) await shop.addItem(id, 'b', 'waiting')
    await shop.addItem('asks', 'b', 'review')
    const { projection, holds, end } = openProjection()
    const kind = (): string | undefined => projection.batchView('b')?.hold?.kind
    expect(kind()).toBe(undefined)
    holds.add({ kind: 'item', itemId: 'waits' }, failure('permission-denied'))
    expect(kind()).toBe(undefined)
    holds.add({ kind: 'item', itemId: 'other' }, failure('permission-denied'))
    expect(kind()).toBe('retry-at')
    for (const id of ['waits', 'other']) holds.lift({ kind: 'item', itemId: id })
    holds.add({ kind: 'folder', templateId: shop.templateId }, failure('permission-denied'))
    expect(kind()).toBe('nas-setup')
    // One that is under way was taken up before, or tries whether the folder takes it now.
    await shop.move('other', 'uploading')
    expect(kind()).toBe('nas-setup')
    holds.lift({ kind: 'folder', templateId: shop.templateId })
    expect(kind()).toBe(undefined)
    await end()
  })
})
