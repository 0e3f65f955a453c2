import { setImmediate } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { type FailureCode, failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import { createHashFeed } from './hash-feed.ts'

test('what a backend lacks is sent after the reading that is under way, and nothing is read beside that', async () => {
  await using shop = await openTestCatalog()
  const { catalog, shopId } = shop
  await catalog.write(() =>
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: null, backendUrl: 'https://team.test' }),
  )
  using queue = openQueueContext(catalog)
  /** Whoever turns to the backend asks for its token first, and is held up there. */
  const asking: PromiseWithResolvers<null>[] = []
  const feed = createHashFeed(queue.context, {
    secret: () => {
      const one = Promise.withResolvers<null>()
      asking.push(one)
      return one.promise
    },
    place: async () => fail(failure('internal')),
    random: () => 1,
    onReached: () => undefined,
    onRead: () => undefined,
    onOver: () => undefined,
    templates: { join: async () => ok(null) },
  })
  const noToken = { failure: { code: 'backend-token' } }

  const read = feed.catchUp(shopId)
  const resent = feed.resend(shopId)
  await setImmediate()
  expect(asking).toHaveLength(1)

  asking[0]?.resolve(null)
  expect(await read).toMatchObject(noToken)
  await vi.waitFor(() => expect(asking).toHaveLength(2))
  const readNext = feed.catchUp(shopId)
  await setImmediate()
  expect(asking).toHaveLength(2)

  asking[1]?.resolve(null)
  expect(await Promise.all([resent, readNext])).toMatchObject([noToken, noToken])
  await feed.stop()
})

test('since when the backend is silent is known from the first reading that did not reach it, until one does, or its address changes', async () => {
  await using shop = await openTestCatalog()
  const { catalog, shopId } = shop
  await catalog.write(() =>
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: null, backendUrl: null }),
  )
  using queue = openQueueContext(catalog)
  let code: FailureCode = 'backend-unreachable'
  const feed = createHashFeed(queue.context, {
    secret: async () => null,
    place: async () => fail(failure(code)),
    random: () => 1,
    onReached: () => undefined,
    onRead: () => undefined,
    onOver: () => undefined,
    templates: { join: async () => ok(null) },
  })
  const reads = async (): Promise<number | null> => {
    await feed.catchUp(shopId)
    return feed.silentSince(shopId)
  }
  expect(feed.silentSince(shopId)).toBe(null)
  const since = queue.context.clock.monotonic()
  expect(await reads()).toBe(since)
  queue.pass(1_000)
  expect(await reads()).toBe(since)
  feed.follow(shopId)
  expect(await reads()).toBe(since + 1_000)
  // It answered, if only to refuse.
  code = 'backend-token'
  expect(await reads()).toBe(null)
  await feed.stop()
})
