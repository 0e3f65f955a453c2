import { expect, test, vi } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { sampleExamination, sampleItem } from '../../../test/support/sample-item.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import type { SimilarityIndex } from '../similarity/similarity-index.ts'
import { createDecisions } from './decide.ts'
import { createMatchLane } from './match-lane.ts'
import { receiptOf } from './receipt.ts'

/** A queue of which nothing but matching works, over a library without anything near. */
function openMatching({ catalog }: TestCatalog) {
  const { context } = openQueueContext(catalog)
  const index: Pick<SimilarityIndex, 'query'> = { query: async (_, queries) => ok(queries.map(() => [])) }
  const wished: (readonly number[])[] = []
  const numbers = { ensure: async (_: string, ...count: number[]) => void wished.push(count) }
  const lane = createMatchLane(context, index as SimilarityIndex, async () => new Set(), numbers)
  const refuse = async () => fail(failure('conflict'))
  const decisions = createDecisions(context, [], {
    replacements: { undo: refuse },
    twins: { withdraw: refuse, undo: refuse },
    numbers,
  })
  const stages = (): string[] => Array.from(catalog.items.ofBatch('b'), ({ state }) => state.stage)
  return { context, lane, decisions, stages, wished }
}

/** To be matched: another file that looks the same. */
async function addLookAlike({ catalog, addItem }: TestCatalog, id: string, byte: string): Promise<void> {
  await addItem(id, 'b', 'matching')
  const item = catalog.items.get(id)
  const luma = Buffer.from(Array.from({ length: 576 }, (_, i) => i % 256)).toString('base64')
  const fingerprint = { ...sampleExamination.fingerprint, sha256: byte.repeat(32), luma }
  const examination = { ...sampleExamination, fingerprint }
  await catalog.write(() => item === null || catalog.items.save({ ...item, state: { stage: 'matching', examination } }))
}

test('of two twins the first of the drop is kept, though it is examined last; the other waits for it until it ends itself', async () => {
  await using shop = await openTestCatalog()
  const { lane, context, stages } = openMatching(shop)
  await shop.addBatch('b')
  await shop.addItem('first', 'b', 'inspecting')
  await shop.addItem('twin', 'b', 'matching')
  lane.wake()
  await lane.abort('nothing')
  expect(stages()).toEqual(['inspecting', 'matching'])
  await shop.move('first', 'matching')
  lane.wake()
  await vi.waitFor(() => expect(stages()).toEqual(['waiting', 'matching']))
  expect([...context.waitingFor]).toEqual([['twin', 'first']])
  await lane.drain()
  lane.settled('twin')
  expect([...context.waitingFor]).toEqual([])
})

test('look-alikes of one drop are asked about; what is said of equal files is not remembered', async () => {
  await using shop = await openTestCatalog()
  const { lane, decisions, stages } = openMatching(shop)
  await shop.addBatch('b')
  await addLookAlike(shop, 'first', 'ab')
  await addLookAlike(shop, 'alike', 'cd')
  lane.wake()
  await vi.waitFor(() => expect(stages()).toEqual(['waiting', 'review']))
  await decisions.decide(['alike'], 'skip')
  expect(shop.catalog.decisions.ofDesign('alike')).toHaveLength(1)
  await shop.addItem('equal', 'b', 'review')
  const match = {
    against: 'item',
    id: 'first',
    fileName: 'first.png',
    kind: 'exact',
    phashDistance: 0,
    dhashDistance: 0,
    correlation: 1,
  } as const
  await shop.catalog.write(() =>
    shop.catalog.items.save(
      sampleItem('review', {
        id: 'equal',
        batchId: 'b',
        state: { stage: 'review', examination: sampleExamination, matches: [match] },
      }),
    ),
  )
  await decisions.decide(['equal'], 'skip')
  expect(shop.catalog.decisions.ofDesign('equal')).toEqual([])
  await lane.drain()
})

test('numbers are wished for what is to be sent: not for what the shop has, and for what is in review when it is decided', async () => {
  await using shop = await openTestCatalog()
  const { lane, decisions, stages, wished } = openMatching(shop)
  await shop.addBatch('b')
  await addLookAlike(shop, 'first', 'ab')
  await addLookAlike(shop, 'other', 'cd')
  lane.wake()
  await vi.waitFor(() => expect(stages()).toEqual(['waiting', 'review']))
  await addLookAlike(shop, 'again', 'ab')
  lane.wake()
  await lane.drain()
  await decisions.decide(['other'], 'skip')
  await decisions.undo(['other'])
  await decisions.decide(['other'], 'keep')
  expect(wished).toEqual([
    [2, 2],
    [0, 1],
    [1, 0],
  ])
})

test('a decision is not taken back once a name is promised, and a receipt names no record that the backend has not', async () => {
  await using shop = await openTestCatalog()
  const { catalog } = shop
  const { context, decisions, stages } = openMatching(shop)
  await shop.addBatch('b')
  for (const id of ['named', 'unnamed']) {
    await shop.addItem(id, 'b', 'review')
    await decisions.decide([id], 'keep')
  }
  const intent = { number: 1, finalName: 'UV 1.png', attempt: 1, isClaimed: false, sha256: null }
  await catalog.write(() => catalog.items.setIntent('named', intent))
  expect(await decisions.undo(['named', 'unnamed'])).toEqual({ reopened: ['unnamed'], kept: ['named'], refused: [] })
  expect(stages()).toEqual(['waiting', 'review'])
  await shop.move('named', 'recording')
  await shop.move('unnamed', 'done')
  const records = receiptOf(context, 'b').map(({ recordId, remotePath }) => [recordId, remotePath !== null])
  expect(records).toEqual([
    [null, true],
    ['item-1', true],
  ])
})
