import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { failure } from '../../shared/domain/failure.ts'
import type { HoldKey } from '../../shared/domain/hold-key.ts'
import { factsOf, isActive, type Stage, stagesWhere } from '../../shared/domain/stages.ts'
import { statusOf } from '../../shared/domain/work-status.ts'
import { claimable } from '../items/context.ts'
import { createProjection } from './projection.ts'

/** A queue of real parts over a catalog of its own. */
async function openWork() {
  const shop = await openTestCatalog()
  const { context, holds } = openQueueContext(shop.catalog)
  return {
    ...shop,
    context,
    projection: createProjection(context),
    async [Symbol.asyncDispose]() {
      holds.dispose()
      await shop[Symbol.asyncDispose]()
    },
  }
}

const STAGES = stagesWhere(() => true)
const KEYS = (shopId: string, templateId: string): readonly HoldKey[] => [
  { kind: 'local' },
  { kind: 'imaging-worker' },
  { kind: 'transfer-worker' },
  { kind: 'prepare' },
  { kind: 'index' },
  { kind: 'nas', shopId },
  { kind: 'backend', shopId },
  { kind: 'catch-up', shopId },
  { kind: 'folder', templateId },
]
const CODES = ['nas-unreachable', 'nas-full', 'host-key-changed', 'needs-sign-in', 'backend-unreachable'] as const

const anyQueue = fc.record({
  batches: fc.array(
    fc.record({
      state: fc.constantFrom('active' as const, 'paused' as const),
      stages: fc.array(fc.constantFrom(...STAGES), { minLength: 1, maxLength: 4 }),
      failedUnseen: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  holds: fc.array(fc.tuple(fc.nat({ max: 8 }), fc.constantFrom(...CODES)), { maxLength: 2 }),
  heldAlone: fc.boolean(),
  twins: fc.boolean(),
  isPausedAll: fc.boolean(),
  isShut: fc.boolean(),
})

test('no state of the queue is told as working when no lane has work, nor as idle when something failed unseen', async () => {
  await using work = await openWork()
  const { catalog, shopId, templateId, context } = work
  const keys = KEYS(shopId, templateId)
  let run = 0
  await fc.assert(
    fc.asyncProperty(anyQueue, async ({ batches, holds, heldAlone, twins, isPausedAll, isShut }) => {
      run += 1
      for (const [at, { state, stages, failedUnseen }] of batches.entries()) {
        await work.addBatch(`${run} ${at}`, state)
        for (const [seq, stage] of stages.entries()) await work.addItem(`${run} ${at} ${seq}`, `${run} ${at}`, stage)
        const failed = failedUnseen ? stages.filter((stage) => stage === 'failed') : []
        await catalog.write(() => {
          for (const _ of failed) catalog.batches.noteFailure(`${run} ${at}`)
          if (stages.every((stage) => !isActive(stage) && stage !== 'review'))
            catalog.batches.setState(`${run} ${at}`, 'ended')
        })
      }
      for (const [at, code] of holds) {
        const key = keys[at]
        if (key !== undefined) context.holds.add(key, failure(code))
      }
      const all = batches.flatMap(({ stages }, at) =>
        stages.map((stage, seq) => ({ id: `${run} ${at} ${seq}`, stage })),
      )
      const alone = heldAlone ? all.filter(({ stage }) => factsOf(stage).needs?.includes('item') === true) : []
      for (const { id } of alone) context.holds.add({ kind: 'item', itemId: id }, failure('folder-missing'))
      if (twins) for (const { id, stage } of all) if (stage === 'matching') context.waitingFor.set(id, 'another')
      await catalog.write(() => catalog.settings.setPausedAll(isPausedAll))
      Object.assign(context.speed.now, { bytesPerSecond: isShut ? 0 : null })

      const { batches: shown, ...status } = work.projection.status()
      const told = statusOf({ engine: { state: 'running' }, status, batches: shown })
      const isInHand = (stage: Stage): boolean => factsOf(stage).releasedTo !== undefined
      const canMove = catalog.batches
        .open()
        .some(({ id }) =>
          catalog.items.counts(id).some(({ stage }) => isInHand(stage) || claimable(context, stage, 1).length > 0),
        )
      if (told.kind === 'working') expect(canMove).toBe(true)
      if (!canMove && told.toGo > 0) expect(['held', 'paused', 'failed', 'asking']).toContain(told.kind)
      if (told.kind === 'idle') expect([told.failedUnseen, told.toGo, told.toDecide]).toEqual([0, 0, 0])
      if (isPausedAll) expect(told.kind).toBe('paused')

      await catalog.write(() => {
        for (const { id } of shown) catalog.batches.setState(id, 'ended')
        catalog.batches.clearEnded({ withFailed: true, shopId: null })
      })
      for (const key of [...keys, ...alone.map(({ id }) => ({ kind: 'item', itemId: id }) as const)])
        context.holds.lift(key)
      context.waitingFor.clear()
    }),
    // Each has a catalog on the disk of its own.
    { numRuns: 60 },
  )
}, 120_000)

test('a NAS that is away holds what is behind it too: examining leads nowhere while nothing can be sent', async () => {
  await using work = await openWork()
  await work.addBatch('b')
  for (const [at, stage] of (['accepted', 'inspecting', 'waiting', 'stored'] as const).entries())
    await work.addItem(`${at}`, 'b', stage)
  const view = () => work.projection.batchView('b')
  expect(view()?.hold).toBe(null)
  work.context.holds.add({ kind: 'nas', shopId: work.shopId }, failure('nas-unreachable'))
  expect(view()).toMatchObject({ hold: { kind: 'offline' }, held: [{ hold: { kind: 'offline' }, files: 1 }] })
})

test('a NAS that is tried again is still away, until it takes bytes; one that was full until it has stored a file', async () => {
  await using work = await openWork()
  await work.addBatch('b')
  for (const [at, stage] of (['waiting', 'uploading'] as const).entries()) await work.addItem(`${at}`, 'b', stage)
  const kind = () => work.projection.batchView('b')?.hold?.kind
  const nas: HoldKey = { kind: 'nas', shopId: work.shopId }
  const live = { batchId: 'b', sentBytes: 0, movedBytes: 0, stage: null }
  work.context.live.set('1', live)
  work.context.holds.add(nas, failure('nas-unreachable'))
  expect(kind()).toBe('offline')
  live.movedBytes = 1
  expect(kind()).toBe(undefined)
  work.context.holds.lift(nas)
  work.context.holds.add(nas, failure('nas-full'))
  expect(kind()).toBe('nas-full')
})

test('print files are counted as they are sent, twice where they are read back, without what went already', async () => {
  await using work = await openWork()
  await work.addBatch('b')
  // Of 10 bytes each.
  for (const [at, stage] of (['accepted', 'waiting', 'review', 'done', 'skipped'] as const).entries())
    await work.addItem(`${at}`, 'b', stage)
  expect(work.projection.batchView('b')?.bytesToMove).toBe(40)
  work.context.live.set('1', { batchId: 'b', sentBytes: 5, movedBytes: 5, stage: null })
  expect(work.projection.batchView('b')?.bytesToMove).toBe(35)
})
