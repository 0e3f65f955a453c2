import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { failure } from '../../shared/domain/failure.ts'
import type { HoldKey } from '../../shared/domain/hold-key.ts'
import { factsOf, type Stage, stagesWhere } from '../../shared/domain/stages.ts'
import { batchHolds } from './batch-holds.ts'
import { blockedBy, holdOf, isStuck, workOf } from './blocking.ts'
import { claimable } from './context.ts'

async function openWork() {
  const shop = await openTestCatalog()
  const queue = openQueueContext(shop.catalog)
  return {
    ...shop,
    holds: queue.holds,
    context: queue.context,
    async [Symbol.asyncDispose]() {
      queue[Symbol.dispose]()
      await shop[Symbol.asyncDispose]()
    },
  }
}

const counted = (...stages: readonly Stage[]) => stages.map((stage) => ({ stage, count: 1 }))

const WAITING = stagesWhere(({ needs, claimedTo }) => needs !== undefined && claimedTo !== undefined)

test.each<Stage>(WAITING)(
  'whatever holds what is %s keeps it from its lane, is told as the reason, and is not waited for',
  async (stage) => {
    await using work = await openWork()
    const { catalog, holds, context } = work
    await work.addBatch('b')
    await work.addItem('a', 'b', stage)
    const item = catalog.items.get('a')
    if (item === null) throw new Error('no item')
    const look = () => [
      claimable(context, stage, 10).map(({ id }) => id),
      holdOf(context, workOf(item)) !== null,
      isStuck(context, workOf(item)),
    ]
    expect(look()).toEqual([['a'], false, false])
    const keys: readonly HoldKey[] = [...blockedBy(stage, item), { kind: 'local' }]
    for (const key of keys) {
      holds.add(key, failure('permission-denied'))
      expect([key, look()]).toEqual([key, [[], true, true]])
      holds.lift(key)
    }
    if (factsOf(stage).needs?.includes('pause') === true) {
      await catalog.write(() => catalog.settings.setPausedAll(true))
      expect(look()).toEqual([[], true, true])
    }
  },
)

test('what must be read after a rebuild keeps from being matched and sent before it is held', async () => {
  await using work = await openWork()
  await work.addBatch('b')
  for (const stage of ['matching', 'waiting'] as const) await work.addItem(stage, 'b', stage)
  await work.catalog.write(() => work.catalog.found.setDue(work.templateId, true))
  expect([...claimable(work.context, 'matching', 10), ...claimable(work.context, 'waiting', 10)]).toEqual([])
})

test('the first of what holds an item is its reason, and a batch has none while one of its stages moves', async () => {
  await using work = await openWork()
  await work.addBatch('b')
  await work.addItem('a', 'b', 'waiting')
  const { catalog, holds, context } = work
  const batch = catalog.batches.get('b')
  const item = catalog.items.get('a')
  if (batch === null || item === null) throw new Error('no batch')
  const reasons: unknown[] = []
  for (const [key, code] of [
    [{ kind: 'folder', templateId: work.templateId }, 'permission-denied'],
    [{ kind: 'nas', shopId: work.shopId }, 'nas-full'],
    [{ kind: 'item', itemId: 'a' }, 'nas-failure'],
    [{ kind: 'local' }, 'disk-full'],
  ] as const) {
    holds.add(key, failure(code))
    reasons.push(holdOf(context, workOf(item))?.kind)
  }
  expect(reasons).toEqual(['nas-setup', 'nas-full', 'retry-at', 'local'])
  expect(batchHolds(context, batch, counted('waiting', 'done', 'review')).hold?.kind).toBe('local')
  holds.lift({ kind: 'local' })
  expect(batchHolds(context, batch, counted('waiting', 'accepted')).hold?.kind).toBe('nas-full')
  holds.lift({ kind: 'nas', shopId: work.shopId })
  holds.lift({ kind: 'folder', templateId: work.templateId })
  holds.lift({ kind: 'item', itemId: 'a' })
  expect(batchHolds(context, batch, counted('waiting', 'uploading')).hold).toBe(null)
})
