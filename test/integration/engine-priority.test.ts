import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { ItemView, Priority } from '../../src/shared/domain/batch.ts'
import { startBackend } from '../support/backend.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'
import { startSshd } from '../support/sshd.ts'

/** Drops different designs of more than 1 MB each, of which eight are on their way at a time; the batch. */
async function dropLarge(shop: EngineShop, sizesMb: readonly number[], priority: Priority): Promise<string> {
  const folder = join(shop.drops, `${sizesMb[0]}`)
  await mkdir(folder)
  for (const sizeMb of sizesMb) await writeLargeDesign(join(folder, `${sizeMb}.png`), sizeMb)
  const batchId = await shop.drop([folder], { onSimilar: 'keep' })
  expectOk(await shop.engine.peer.call('prioritize', { batchId, priority }))
  return batchId
}

test('a high batch goes before normal ones, which share, and a low one waits until it is told otherwise', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  // No claims are asked for: all can go at one moment.
  await using shop = await openEngineShop({ sshd, backend: null })
  await shop.reach({ nas: { port: 1 } })
  const low = await dropLarge(shop, [1.1, 1.11], 'low')
  const one = await dropLarge(shop, [1.2, 1.21, 1.22, 1.23], 'normal')
  const other = await dropLarge(shop, [1.3, 1.31, 1.32, 1.33], 'normal')
  const high = await dropLarge(shop, [1.4, 1.41], 'high')
  const batches = { low, one, other, high }
  for (const batchId of Object.values(batches)) {
    await shop.until(batchId, (items) => items.length >= 2 && items.every(({ stage }) => stage === 'waiting'))
  }
  const under = async (): Promise<Record<string, readonly ItemView[]>> => {
    const all = Object.entries(batches).map(async ([name, batchId]) => {
      const items = await shop.items(batchId)
      return [name, items.filter(({ stage }) => stage === 'uploading')] as const
    })
    return Object.fromEntries(await Promise.all(all))
  }
  const untilUnderWay = (expected: Record<keyof typeof batches, number>): Promise<void> =>
    vi.waitFor(
      async () => {
        const counts = Object.entries(await under()).map(([name, { length }]) => [name, length])
        expect(Object.fromEntries(counts)).toEqual(expected)
      },
      { timeout: 15_000, interval: 20 },
    )

  // Nothing passes yet: what is claimed stays claimed.
  proxy.chaos.stalled = true
  await shop.reachBy(proxy)
  await untilUnderWay({ high: 2, one: 3, other: 3, low: 0 })

  expectOk(await shop.engine.peer.call('prioritize', { batchId: low, priority: 'high' }))
  const itemIds = (await under()).one?.slice(0, 2).map(({ id }) => id) ?? []
  expectOk(await shop.engine.peer.call('cancel', { batchId: one, itemIds }))
  await untilUnderWay({ high: 2, one: 1, other: 3, low: 2 })

  proxy.chaos.stalled = false
  for (const batchId of Object.values(batches)) await shop.rest(batchId)
  expect((await shop.batch(low)).counts).toMatchObject({ done: 2 })
  expect((await shop.batch(one)).counts).toMatchObject({ done: 2, cancelled: 2 })
})

test('a batch that is dropped while another has all the room does not wait until that one is through', async () => {
  await using sshd = await startSshd()
  await using backend = await startBackend()
  await using proxy = await startChaosProxy(sshd)
  await using shop = await openEngineShop({ sshd, backend })
  // Four of them at a time; nothing passes yet.
  proxy.chaos.stalled = true
  await shop.reachBy(proxy)
  await shop.reach({ nas: { port: proxy.port, maxConnections: 1 } })
  const sizesMb = Array.from({ length: 14 }, (_, n) => 1.2 + n / 100)
  const one = await dropLarge(shop, sizesMb, 'normal')
  const count = (items: readonly ItemView[], stage: ItemView['stage']): number =>
    items.filter((item) => item.stage === stage).length
  await shop.until(one, (items) => count(items, 'uploading') === 4 && count(items, 'waiting') === 10)
  const other = await dropLarge(shop, [1.4, 1.41], 'normal')
  await shop.until(other, (items) => count(items, 'waiting') === 2)
  await shop.limit(4_000_000)
  proxy.chaos.stalled = false
  await shop.until(other, (items) => count(items, 'uploading') + count(items, 'waiting') === 0)
  expect(count(await shop.items(one), 'waiting')).toBeGreaterThan(0)
})
