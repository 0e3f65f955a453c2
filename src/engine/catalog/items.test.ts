import { expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { sampleItem } from '../../../test/support/sample-item.ts'

/** The fastest of many, which a busy machine lengthens least. */
function fastestMs(work: () => unknown): number {
  const times = Array.from({ length: 50 }, () => {
    const started = performance.now()
    work()
    return performance.now() - started
  })
  return Math.min(...times)
}

async function addDone(
  { catalog, shopId, templateId, addBatch }: TestCatalog,
  batchId: string,
  count: number,
): Promise<void> {
  await addBatch(batchId)
  const { source, state } = sampleItem('done')
  await catalog.write(() => {
    for (let seq = 0; seq < count; seq += 1) {
      const id = `${batchId} ${seq}`
      catalog.items.add(id, batchId, shopId, templateId, seq, { ...source, path: `/drop/${id}.png` })
      catalog.items.save({ ...sampleItem('done', { id, batchId }), state })
    }
  })
}

test('whether parts are left to be removed is told without reading all that is done: it is asked with each change', async () => {
  await using shop = await openTestCatalog()
  await addDone(shop, 'few', 20)
  await addDone(shop, 'many', 4000)
  const { items } = shop.catalog
  expect([items.isUnswept('few'), items.isUnswept('many')]).toEqual([false, false])
  expect(fastestMs(() => items.isUnswept('many'))).toBeLessThan(10 * fastestMs(() => items.isUnswept('few')))
})

test('the items of a batch are all read, each once and in the order of the drop, though in pieces', async () => {
  await using shop = await openTestCatalog()
  await addDone(shop, 'other', 3)
  await addDone(shop, 'batch', 201)
  const seqs = Array.from(shop.catalog.items.ofBatch('batch'), ({ seq }) => seq)
  expect(seqs).toEqual(Array.from({ length: 201 }, (_, seq) => seq))
})
