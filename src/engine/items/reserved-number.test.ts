import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { sampleExamination, sampleStored } from '../../../test/support/sample-item.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'
import { failure } from '../../shared/domain/failure.ts'
import { ok } from '../../shared/domain/result.ts'
import { isSending } from '../../shared/domain/stages.ts'
import { takeName } from '../queue/final-name.ts'
import { claimFound, learnFiles } from '../queue/found-files.ts'
import type { NasParts } from '../queue/nas-access.ts'
import { endRecorded } from '../records/end-recorded.ts'
import { applyInTransaction } from './context.ts'
import { haveNumber, takenElsewhere } from './reserved-number.ts'
import type { ItemEvent } from './transition.ts'

let shop: TestCatalog
beforeEach(async () => {
  shop = await openTestCatalog()
  await shop.addBatch('b')
})
afterEach(() => shop[Symbol.asyncDispose]())

const upload: ItemEvent = { type: 'matched', verdict: { kind: 'upload', copy: 0 }, isPrepared: false }
const review: ItemEvent = { type: 'matched', verdict: { kind: 'review', matches: [] }, isPrepared: false }
const keep: ItemEvent = { type: 'decided', decision: 'keep', copy: 0, isPrepared: false }

async function addMatching(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await shop.addItem(`item-${n}`, 'b', 'matching')
}

function apply(id: string, ...events: ItemEvent[]): Promise<void> {
  return shop.catalog.write(() => {
    for (const event of events) applyInTransaction(shop, id, event)
  })
}

/** The numbers of the batch's items in the order of the drop. */
function numbers(): (number | null)[] {
  return Array.from(shop.catalog.items.ofBatch('b'), ({ reserved }) => reserved)
}

test('numbers follow the order in which items leave matching; one in review gets its own when it is decided', async () => {
  await addMatching(4)
  await apply('item-0', upload)
  await apply('item-1', review)
  await apply('item-2', upload, { type: 'claimed' })
  await apply('item-3', upload)
  expect(numbers()).toEqual([1, null, 2, 3])
  await apply('item-1', keep)
  expect(numbers()).toEqual([1, 4, 2, 3])
})

test.each<[what: string, events: readonly ItemEvent[]]>([
  ['is cancelled', [{ type: 'cancelled' }]],
  ['fails for good', [{ type: 'claimed' }, { type: 'failed', failure: failure('source-gone') }]],
  ['was stored by a colleague', [{ type: 'stored-elsewhere' }]],
  [
    'is read again',
    [{ type: 'claimed' }, { type: 'source-changed', source: { path: '', fileName: '', sizeBytes: 1, mtimeMs: 1 } }],
  ],
])('the number of an item that %s goes to the next, and to one only', async (_, events) => {
  await addMatching(5)
  for (const id of ['item-0', 'item-1', 'item-2']) await apply(id, upload)
  await apply('item-1', ...events)
  expect(numbers().slice(0, 3)).toEqual([1, null, 3])
  await apply('item-3', upload)
  await apply('item-4', upload)
  expect(numbers()).toEqual([1, null, 3, 2, 4])
})

test('what takes a design’s place has that one’s number, and none of its own', async () => {
  await addMatching(2)
  const match = { kind: 'near', against: 'design', id: 'theirs', fileName: 'a.png' } as const
  const alike = { ...match, phashDistance: 1, dhashDistance: 1, correlation: 1 }
  await apply('item-0', { type: 'matched', verdict: { kind: 'review', matches: [alike] }, isPrepared: false })
  await apply('item-0', { type: 'decided', decision: 'replace', copy: 0, isPrepared: false })
  await apply('item-1', upload)
  expect(shop.catalog.items.get('item-0')?.state.stage).toBe('waiting')
  expect(numbers()).toEqual([null, 1])
})

test('an item whose file is found under the number that it has keeps it: the next gets another', async () => {
  await addMatching(2)
  await apply('item-0', upload)
  await shop.catalog.write(() => {
    const item = shop.catalog.items.get('item-0')
    if (item !== null) haveNumber(shop.catalog, item, 1)
  })
  await apply('item-1', upload)
  expect(numbers()).toEqual([1, 2])
})

test("a number whose file may stand on the NAS is nobody else's, and a stored item keeps it for good", async () => {
  await addMatching(4)
  for (const id of ['item-0', 'item-1']) await apply(id, upload, { type: 'claimed' })
  const intent = { number: 1, finalName: 'UV 1.png', attempt: 1, isClaimed: false, sha256: null }
  await shop.catalog.write(() => {
    shop.catalog.items.setIntent('item-0', intent)
    shop.catalog.items.setIntent('item-1', { ...intent, number: 2, finalName: 'UV 2.png' })
  })
  await apply('item-0', { type: 'failed', failure: failure('connection-lost') })
  await apply('item-1', { type: 'stored', stored: { ...sampleStored, number: 2 } })
  await shop.catalog.write(() => shop.catalog.numbers.markUsed(shop.templateId, 2))
  await apply('item-2', upload)
  await apply('item-0', { type: 'retried' })
  expect(numbers()).toEqual([1, null, 3, null])
})

test('numbers that others have are passed over, and those that wait with one get others in their order', async () => {
  await addMatching(6)
  for (const n of [0, 1, 2, 3]) await apply(`item-${n}`, upload)
  const intent = { number: 2, finalName: 'UV 2.png', attempt: 1, isClaimed: false, sha256: null }
  const taken = await shop.catalog.write(() => {
    shop.catalog.items.setIntent('item-1', intent)
    return takenElsewhere(shop.catalog, shop.templateId, [
      [1, 3],
      [5, 6],
    ])
  })
  expect(taken.map(({ id, reserved }) => [id, reserved])).toEqual([
    ['item-0', 7],
    ['item-2', 8],
  ])
  await apply('item-4', upload)
  // Its rename tells whether the file is its own.
  expect(numbers()).toEqual([7, 2, 8, 4, 9, null])
})

test('an item that is found to be recorded under another number leaves its own to the next', async () => {
  await addMatching(2)
  const entry = { ...sampleRecord(1), id: 'item-0', number: 8, rev: 1 }
  await apply('item-0', upload)
  await shop.catalog.write(() => endRecorded(shop, entry))
  await apply('item-1', upload)
  expect(numbers()).toEqual([null, 1])
})

test('after a rebuild a file that may stand on the NAS gets its number when it is sent: the one it has there, or the next', async () => {
  const { catalog, templateId } = shop
  await addMatching(4)
  const file = { fileName: 'UV 3 UVDTF 16oz_3.png', sizeBytes: sampleExamination.source.sizeBytes }
  const template = catalog.shops.template(templateId)
  if (template === null) throw new Error('no template')
  await learnFiles(shop, template, [file])
  for (const n of [0, 1, 2, 3]) await apply(`item-${n}`, upload, { type: 'claimed' })
  expect(numbers()).toEqual([null, null, null, null])
  const transfer = { call: async () => ok(file.fileName) } as unknown as NasParts['transfer']
  const seeking = { templateId, nasId: '', remoteDir: '', attempt: 1, sha256: '', sizeBytes: file.sizeBytes }
  await claimFound(shop, transfer, { ...seeking, itemId: 'item-1' }, new AbortController().signal)
  const name = (id: string) => {
    const item = catalog.items.get(id)
    return item === null ? null : takeName(catalog, item, { attempt: 1 })
  }
  expect(await catalog.write(() => [name('item-0'), name('item-1'), name('item-2')])).toEqual([
    ok({ fileName: 'UV 1 UVDTF 16oz_1.png' }),
    ok({ fileName: file.fileName }),
    ok({ fileName: 'UV 2 UVDTF 16oz_2.png' }),
  ])
  await apply('item-3', { type: 'released' })
  expect(numbers()).toEqual([1, 3, 2, 4])
})

test('items that wait in an older state of the catalog, and were sent since, have the numbers of their files', async () => {
  const { catalog, templateId } = shop
  await addMatching(3)
  for (const n of [0, 1, 2]) await apply(`item-${n}`, upload)
  const template = catalog.shops.template(templateId)
  if (template === null) throw new Error('no template')
  const names = ['UV 1 UVDTF 16oz_1.png', 'UV 2 UVDTF 16oz_2.png']
  await learnFiles(
    shop,
    template,
    names.map((fileName) => ({ fileName, sizeBytes: sampleExamination.source.sizeBytes })),
  )
  for (const [n, fileName] of names.entries()) {
    const transfer = { call: async () => ok(fileName) } as unknown as NasParts['transfer']
    const seeking = {
      templateId,
      nasId: '',
      remoteDir: '',
      attempt: 1,
      sha256: '',
      sizeBytes: sampleExamination.source.sizeBytes,
    }
    await claimFound(shop, transfer, { ...seeking, itemId: `item-${n}` }, new AbortController().signal)
  }
  expect(numbers()).toEqual([1, 2, 3])
  expect(await catalog.write(() => catalog.numbers.reserve(templateId))).toBe(4)
})

test('whatever happens in whichever order, no two items have one number, and just those that are to be sent have one', async () => {
  const events: ItemEvent[] = [
    upload,
    review,
    keep,
    { type: 'claimed' },
    { type: 'released' },
    { type: 'cancelled' },
    { type: 'retried' },
    { type: 'undone' },
    { type: 'examined', examination: sampleExamination },
    { type: 'failed', failure: failure('source-gone') },
  ]
  await addMatching(5)
  const step = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(...events))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      for (const [item, event] of steps) await apply(`item-${item}`, event)
      for (const { state, reserved } of shop.catalog.items.ofBatch('b')) {
        expect(reserved !== null).toBe(isSending(state.stage))
      }
      const taken = numbers().filter((number) => number !== null)
      expect(new Set(taken).size).toBe(taken.length)
      expect(Math.max(0, ...taken)).toBeLessThanOrEqual(5)
    }),
    { numRuns: 60 },
  )
})
