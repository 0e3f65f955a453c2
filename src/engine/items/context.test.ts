import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { sampleItem } from '../../../test/support/sample-item.ts'
import { PRIORITIES } from '../../shared/domain/batch.ts'
import type { Item } from '../../shared/domain/item.ts'
import { takeTurns } from './context.ts'

const IDS = ['a', 'b', 'c', 'd', 'e']
const anyBatches = fc.tuple(
  ...IDS.map((id) =>
    fc.record({ id: fc.constant(id), priority: fc.constantFrom(...PRIORITIES), items: fc.nat({ max: 6 }) }),
  ),
)

test('none is taken while one of a higher priority waits, and equals get as many as each other, or all of theirs', async () => {
  await using test = await openTestCatalog()
  const { catalog } = test
  await Promise.all(IDS.map((id) => test.addBatch(id)))
  await fc.assert(
    fc.asyncProperty(anyBatches, fc.integer({ min: 1, max: 20 }), async (batches, room) => {
      await catalog.write(() => {
        for (const { id, priority } of batches) catalog.batches.setPriority(id, priority)
      })
      const waiting = ({ id }: { readonly id: string }): Item[] => {
        const count = batches.find((batch) => batch.id === id)?.items ?? 0
        return Array.from({ length: count }, () => sampleItem('waiting', { batchId: id }))
      }
      const taken = takeTurns({ catalog }, room, { waiting, underWay: () => [] })
      const shares = batches.map(({ id, priority, items }) => {
        const count = taken.filter(({ batchId }) => batchId === id).length
        return { rank: PRIORITIES.indexOf(priority), count, left: items - count }
      })
      const all = batches.reduce((sum, { items }) => sum + items, 0)
      expect(taken.length).toBe(Math.min(room, all))
      for (const waiting of shares.filter(({ left }) => left > 0)) {
        for (const { rank, count } of shares) {
          if (rank > waiting.rank) expect(count).toBe(0)
          if (rank === waiting.rank) expect(count).toBeLessThanOrEqual(waiting.count + 1)
        }
      }
    }),
  )
})

test('a batch that is dropped while another fills all the room gets what comes free, until both have as much of it', async () => {
  await using test = await openTestCatalog()
  const { catalog } = test
  await test.addBatch('a')
  await test.addBatch('b')
  const itemOf = (batchId: string): Item => sampleItem('waiting', { batchId })
  const weights: Readonly<Record<string, number>> = { a: 4, b: 1 }
  const underWay = Array.from({ length: 8 }, () => itemOf('a'))
  const loadOf = (id: string): number =>
    underWay.filter(({ batchId }) => batchId === id).length * (weights[id] ?? Number.NaN)
  const take = (): void => {
    const [next] = takeTurns({ catalog }, 1, {
      waiting: ({ id }) => Array.from({ length: 3 }, () => itemOf(id)),
      underWay: (id) => underWay.filter(({ batchId }) => batchId === id),
      weightOf: ({ batchId }) => weights[batchId] ?? Number.NaN,
    })
    if (next !== undefined) underWay.push(next)
  }
  // One place after the other comes free: the oldest ends, and the next takes it.
  for (let ended = 0; ended < 100; ended++) {
    underWay.shift()
    while (loadOf('a') + loadOf('b') <= 28) take()
  }
  expect(Math.abs(loadOf('a') - loadOf('b'))).toBeLessThanOrEqual(4)
})
