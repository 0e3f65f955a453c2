import { expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { SAMPLE_STATES, sampleItem } from '../../../test/support/sample-item.ts'
import { isEnded } from '../../shared/domain/stages.ts'
import { commonFolder } from './items.ts'

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
  expect([items.isUnswept('few', 0), items.isUnswept('many', 0)]).toEqual([false, false])
  expect(fastestMs(() => items.isUnswept('many', 0))).toBeLessThan(10 * fastestMs(() => items.isUnswept('few', 0)))
})

test('the items of a batch are all read, each once and in the order of the drop, though in pieces', async () => {
  await using shop = await openTestCatalog()
  await addDone(shop, 'other', 3)
  await addDone(shop, 'batch', 201)
  const seqs = Array.from(shop.catalog.items.ofBatch('batch'), ({ seq }) => seq)
  expect(seqs).toEqual(Array.from({ length: 201 }, (_, seq) => seq))
})

test('a batch is open as long as one item of it has not ended, in whatever stage that is', async () => {
  await using shop = await openTestCatalog()
  for (const stage of new Set(SAMPLE_STATES.map((state) => state.stage))) {
    await shop.addBatch(stage)
    await shop.addItem(`item in ${stage}`, stage, stage)
    expect([stage, shop.catalog.items.isOpen(stage)]).toEqual([stage, !isEnded(stage)])
  }
})

test('a file that changes all the time holds back none of those behind it', async () => {
  await using shop = await openTestCatalog()
  const { items, write } = shop.catalog
  await shop.addBatch('batch')
  for (const id of ['changing', 'behind it', 'last']) await shop.addItem(id, 'batch', 'accepted')
  expect(items.firstUnexamined('batch')).toBe(0)
  await write(() => items.save({ ...sampleItem('accepted', { id: 'changing', batchId: 'batch' }), attempts: 1 }))
  expect(items.firstUnexamined('batch')).toBe(1)
})

test('an upload that is given back leaves nothing to go on from: its number is the next one’s', async () => {
  await using shop = await openTestCatalog()
  const { items, write } = shop.catalog
  await shop.addBatch('batch')
  await shop.addItem('item', 'batch', 'waiting')
  await write(() => {
    for (const attempt of [1, 2]) expect(items.nextUploadAttempt({ id: 'item', sha256: 'aa' })).toBe(attempt)
    items.setResumePoint('item', { attempt: 1, offset: 10, isClosed: false })
    items.returnUploadAttempt('item')
    expect(items.resumePoint('item')).toEqual({ attempt: 1, offset: 10, isClosed: false })
    items.returnUploadAttempt('item')
    expect(items.resumePoint('item')).toBeNull()
    expect(items.nextUploadAttempt({ id: 'item', sha256: 'aa' })).toBe(1)
  })
})

test('an upload of other bytes has nothing to go on from', async () => {
  await using shop = await openTestCatalog()
  const { items, write } = shop.catalog
  await shop.addBatch('batch')
  await shop.addItem('item', 'batch', 'waiting')
  const point = { attempt: 1, offset: 10, isClosed: true }
  await write(() => {
    items.nextUploadAttempt({ id: 'item', sha256: 'aa' })
    items.setResumePoint('item', point)
    expect(items.nextUploadAttempt({ id: 'item', sha256: 'aa' })).toBe(2)
    expect(items.resumePoint('item')).toEqual(point)
    expect(items.nextUploadAttempt({ id: 'item', sha256: 'ab' })).toBe(3)
    expect(items.resumePoint('item')).toBeNull()
  })
})

test('what a cancelled upload left is kept for its time and swept after it; of one that left nothing, at once', async () => {
  await using shop = await openTestCatalog()
  const { items, write } = shop.catalog
  await shop.addBatch('batch')
  for (const id of ['part', 'nothing']) await shop.addItem(id, 'batch', 'cancelled')
  const point = { attempt: 1, offset: 10, isClosed: true }
  await write(() => {
    for (const id of ['part', 'nothing']) {
      items.nextUploadAttempt({ id, sha256: 'aa' })
      items.keepPart(id, 100)
    }
    items.setResumePoint('part', point)
  })
  const unswept = (now: number) => items.unswept(now, [], [], 10).map(({ item }) => item.id)
  expect([unswept(99), unswept(100).toSorted(), items.nextKeptUntil(99)]).toEqual([
    ['nothing'],
    ['nothing', 'part'],
    100,
  ])
  await write(() => items.setSwept('nothing', 1))
  expect([items.isUnswept('batch', 99), items.isUnswept('batch', 100)]).toEqual([false, true])
  await write(() => items.dropStalePart('part', 99))
  expect(items.resumePoint('part')).toEqual(point)
  await write(() => items.dropStalePart('part', 100))
  expect(items.resumePoint('part')).toBeNull()
})

test('items that are held or in hand already are not given out again', async () => {
  await using shop = await openTestCatalog()
  await shop.addBatch('batch')
  for (const id of ['held', 'free', 'elsewhere']) {
    await shop.addItem(id, 'batch', id === 'elsewhere' ? 'stored' : 'waiting')
  }
  const given = shop.catalog.items.inStage('batch', 'waiting', ['held'], 10)
  expect(given.map(({ id }) => id)).toEqual(['free'])
})

test.each([
  ['/drop/a.png', '/drop/b.png', '/drop'],
  ['/drop/a.png', '/drop/sub/b.png', '/drop'],
  ['/drop/one/a.png', '/drop/one more/b.png', '/drop'],
  ['/drop/a.png', '/other/b.png', ''],
])('%s and %s come from %s', (first, last, folder) => {
  expect(commonFolder(first, last)).toBe(folder)
})
