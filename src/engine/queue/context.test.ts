import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { sampleItem } from '../../../test/support/sample-item.ts'
import { PRIORITIES } from '../../shared/domain/batch.ts'
import { takeTurns } from './context.ts'
import { createHolds } from './holds.ts'

const holds = createHolds({ clock: { now: () => 0, monotonic: () => 0 }, random: () => 1, onChange: () => undefined })
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
      const taken = takeTurns({ catalog, holds }, room, ({ id }) => {
        const count = batches.find((batch) => batch.id === id)?.items ?? 0
        return Array.from({ length: count }, () => sampleItem('waiting', { batchId: id }))
      })
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
