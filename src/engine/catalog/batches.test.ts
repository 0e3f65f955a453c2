import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'

test('an open batch is seen whatever came after it; of those that ended the newest are', async () => {
  await using shop = await openTestCatalog()
  const { catalog } = shop
  for (const id of ['open', 'ended']) await shop.addBatch(id)
  for (let n = 0; n < 200; n += 1) {
    const [batch] = catalog.batches.open()
    if (batch === undefined) throw new Error('no batch')
    await catalog.write(() =>
      catalog.batches.add({ ...batch, id: `younger ${n}`, createdAt: 2 + n, state: 'ended' as const }, []),
    )
  }
  await catalog.write(() => {
    for (const id of ['ended']) catalog.batches.setState(id, 'ended')
  })
  const shown = catalog.batches.shown().map(({ id }) => id)
  expect([shown.length, shown[0], shown.at(-1)]).toEqual([201, 'younger 199', 'open'])
})
