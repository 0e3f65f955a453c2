import { describe, expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { NO_LIBRARY } from '../../../test/support/queue-context.ts'
import { failure } from '../../shared/domain/failure.ts'
import { isEnded, type Stage } from '../../shared/domain/stages.ts'
import { createHolds, type Holds } from '../items/holds.ts'
import { createRest } from './rest.ts'

async function openRest() {
  const test = await openTestCatalog()
  const clock = { now: () => 0, monotonic: () => 0 }
  const holds: Holds = createHolds({
    clock,
    random: () => 1,
    onChange: () => undefined,
  })
  const waitingFor = new Map<string, string>()
  const rest = createRest({
    catalog: test.catalog,
    holds,
    speed: { now: { bytesPerSecond: null, until: null } },
    library: NO_LIBRARY,
    waitingFor,
    clock,
  })
  /** Whether rest has come for these batches, after a look. */
  const isAtRest = async (...batchIds: string[]): Promise<boolean> => {
    const patience = new AbortController()
    const rested = rest.until(batchIds, patience.signal).then(() => true)
    const looked = new Promise<boolean>((resolve) => setTimeout(resolve, 80, false))
    const answer = await Promise.race([rested, looked])
    patience.abort()
    return answer
  }
  return {
    ...test,
    holds,
    waitingFor,
    rest,
    isAtRest,
    async [Symbol.asyncDispose]() {
      rest.dispose()
      holds.dispose()
      await test[Symbol.asyncDispose]()
    },
  }
}

const MOVING: readonly Stage[] = ['accepted', 'inspecting', 'matching', 'waiting', 'uploading', 'stored', 'recording']

describe('createRest', () => {
  test('has come when all is ended or in review, and not while anything can move', async () => {
    await using test = await openRest()
    await test.addBatch('b')
    for (const stage of ['done', 'failed', 'skipped', 'cancelled', 'review'] as const)
      await test.addItem(stage, 'b', stage)
    expect(await test.isAtRest('b')).toBe(true)
    await test.addItem('mover', 'b', 'accepted')
    for (const stage of MOVING) {
      await test.move('mover', stage)
      expect([stage, await test.isAtRest('b')]).toEqual([stage, isEnded(stage)])
    }
  })

  test('has not come before it is written down that a batch ended', async () => {
    await using test = await openRest()
    await test.addBatch('b')
    await test.addItem('a', 'b', 'done')
    expect(await test.isAtRest('b')).toBe(false)
    await test.catalog.write(() => test.catalog.batches.setState('b', 'ended'))
    expect(await test.isAtRest('b')).toBe(true)
  })

  test('has not come while a batch is walked, paused meanwhile or not', async () => {
    await using test = await openRest()
    await test.addBatch('b', 'scanning')
    expect(await test.isAtRest('b')).toBe(false)
  })

  test('comes for what waits for the NAS once it is held for longer, or until a person does something', async () => {
    await using test = await openRest()
    await test.addBatch('b')
    await test.addItem('a', 'b', 'waiting')
    test.holds.add({ kind: 'nas', shopId: test.shopId }, failure('nas-unreachable'))
    expect(await test.isAtRest('b')).toBe(false)
    test.holds.lift({ kind: 'nas', shopId: test.shopId })
    test.holds.add({ kind: 'nas', shopId: test.shopId }, failure('needs-sign-in'))
    expect(await test.isAtRest('b')).toBe(true)
    // What still moves is waited for all the same.
    await test.addItem('c', 'b', 'uploading')
    expect(await test.isAtRest('b')).toBe(false)
  })

  test('comes at once for a folder that refuses its files, and for files that wait alone for a person', async () => {
    await using test = await openRest()
    await test.addBatch('b')
    for (const id of ['a', 'c']) await test.addItem(id, 'b', 'waiting')
    test.holds.add({ kind: 'folder', templateId: 'another' }, failure('permission-denied'))
    test.holds.add({ kind: 'item', itemId: 'a' }, failure('permission-denied'))
    // However often it was tried: another try of its own comes by itself.
    for (let tries = 0; tries < 5; tries += 1) test.holds.add({ kind: 'item', itemId: 'c' }, failure('connection-lost'))
    expect(await test.isAtRest('b')).toBe(false)
    test.holds.lift({ kind: 'item', itemId: 'c' })
    test.holds.add({ kind: 'item', itemId: 'c' }, failure('permission-denied'))
    expect(await test.isAtRest('b')).toBe(true)
    for (const id of ['a', 'c']) test.holds.lift({ kind: 'item', itemId: id })
    expect(await test.isAtRest('b')).toBe(false)
    test.holds.add({ kind: 'folder', templateId: test.templateId }, failure('permission-denied'))
    expect(await test.isAtRest('b')).toBe(true)
  })

  test('has not come while a decision is on its way to the backend, though its batch has ended', async () => {
    await using test = await openRest()
    await test.addBatch('b')
    const said = { sha256: 'a', againstSha256: 'b', designId: 'd', againstId: 'e', decision: 'keep' } as const
    await test.catalog.write(() => {
      test.catalog.batches.setState('b', 'ended')
      test.catalog.outbox.addDecision(test.shopId, { id: 'said', ...said }, 1)
    })
    expect(await test.isAtRest('b')).toBe(false)
    test.holds.add({ kind: 'backend', shopId: test.shopId }, failure('backend-token'))
    expect(await test.isAtRest('b')).toBe(true)
  })

  test('records under way are waited for, also in a paused batch, unless the backend is held', async () => {
    await using test = await openRest()
    await test.addBatch('b', 'paused')
    await test.addItem('a', 'b', 'stored')
    await test.addItem('c', 'b', 'waiting')
    expect(await test.isAtRest('b')).toBe(false)
    test.holds.add({ kind: 'backend', shopId: test.shopId }, failure('backend-token'))
    expect(await test.isAtRest('b')).toBe(true)
  })

  test('a twin rests with the one that it waits for, of whatever batch', async () => {
    await using test = await openRest()
    await test.addBatch('b')
    await test.addBatch('other')
    await test.addItem('twin', 'b', 'matching')
    await test.addItem('first', 'other', 'waiting')
    test.waitingFor.set('twin', 'first')
    expect(await test.isAtRest('b')).toBe(false)
    await test.catalog.write(() => test.catalog.batches.setState('other', 'paused'))
    expect(await test.isAtRest('b')).toBe(true)
    await test.catalog.write(() => test.catalog.batches.setState('other', 'active'))
    test.holds.add({ kind: 'nas', shopId: test.shopId }, failure('nas-full'))
    expect(await test.isAtRest('b')).toBe(true)
    // Its turn has come: the match will be looked at again.
    await test.move('first', 'done')
    expect(await test.isAtRest('b')).toBe(false)
  })

  test('settles all who wait when it comes, and whoever gives up before', async () => {
    await using test = await openRest()
    await test.addBatch('b')
    await test.addItem('a', 'b', 'waiting')
    const patience = new AbortController()
    const waiters = [
      test.rest.until(['b'], new AbortController().signal),
      test.rest.until(undefined, new AbortController().signal),
    ]
    const impatient = test.rest.until(['b'], patience.signal)
    patience.abort()
    await impatient
    await test.rest.until(['b'], patience.signal)
    await test.move('a', 'review')
    test.rest.check()
    await Promise.all(waiters)
  })
})
