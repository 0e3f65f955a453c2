import { expect, test } from 'vitest'
import { fullDelta, sampleBatch, sampleItem } from '../../../test/support/renderer-preview/sample.ts'
import { applyDelta, EMPTY_PROJECTION, withItemViews } from './projection.ts'

const items = [0, 1, 2].map((seq) => sampleItem('a', seq, { stage: 'accepted' }))
const start = applyDelta(EMPTY_PROJECTION, fullDelta([sampleBatch('a', 'active', 10, items)], items))
const change = { ...fullDelta([], []), full: false }

test('a full delta forgets what was before: a restarted engine leaves no ghosts', () => {
  const other = [sampleItem('b', 0, { stage: 'accepted' })]
  const after = applyDelta(start, fullDelta([sampleBatch('b', 'active', 20, other)], other))
  expect([...after.items.keys()]).toEqual(['b-0'])
  expect(after.batches.map(({ id }) => id)).toEqual(['b'])
  expect([...after.itemIds.keys()]).toEqual(['b'])
})

test('a full delta keeps the files of an opened ended batch, and not those of one that was put back to work', () => {
  const ended = [sampleItem('e', 0, { stage: 'failed' })]
  const batch = sampleBatch('e', 'ended', 5, ended)
  const opened = withItemViews(applyDelta(EMPTY_PROJECTION, fullDelta([batch], [])), ended)
  expect(applyDelta(opened, fullDelta([batch], [])).itemIds.get('e')).toEqual(['e-0'])
  expect(applyDelta(opened, fullDelta([{ ...batch, state: 'active' }], [])).itemIds.get('e')).toBeUndefined()
})

test('an item that changes keeps its place, and the others their identity', () => {
  const after = applyDelta(start, { ...change, items: [sampleItem('a', 1, { stage: 'done' })] })
  expect(after.items.get('a-1')?.stage).toBe('done')
  expect(after.itemIds).toBe(start.itemIds)
  expect(after.items.get('a-0')).toBe(start.items.get('a-0'))
  expect(start.items.get('a-1')?.stage).toBe('accepted')
})

test('items that arrive out of order stand in order of seq', () => {
  const after = withItemViews(
    start,
    [5, 3, 4].map((seq) => sampleItem('a', seq, { stage: 'accepted' })),
  )
  expect(after.itemIds.get('a')).toEqual(['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'a-5'])
})

test('a removed batch takes its items with it', () => {
  const after = applyDelta(start, { ...change, removedBatchIds: ['a'] })
  expect(after.batches).toEqual([])
  expect(after.items.size + after.itemIds.size).toBe(0)
})

test('moving batches stand above ended ones, each by age, the newest first', () => {
  const batches = [
    sampleBatch('old-ended', 'ended', 1, []),
    sampleBatch('moving', 'paused', 2, []),
    sampleBatch('new-ended', 'ended', 3, []),
    sampleBatch('newest', 'scanning', 4, []),
  ]
  expect(applyDelta(EMPTY_PROJECTION, fullDelta(batches, [])).batches.map(({ id }) => id)).toEqual([
    'newest',
    'moving',
    'new-ended',
    'old-ended',
  ])
})

test('a name that turns its text around is shown as it is spelled', () => {
  const item = { ...sampleItem('a', 0, { stage: 'skipped' }), fileName: 'cup\u202egnp.exe' }
  const matches = item.matches.map((match) => ({ ...match, fileName: '\u2066\u2067twin\u2069.png' }))
  const { items } = withItemViews(EMPTY_PROJECTION, [{ ...item, matches }])
  expect(items.get(item.id)?.fileName).toBe('cupgnp.exe')
  expect(items.get(item.id)?.matches.map(({ fileName }) => fileName)).toEqual(['twin.png'])
  const plain = withItemViews(EMPTY_PROJECTION, [{ ...item, fileName: 'cup.png', matches }]).items.get(item.id)
  expect([plain?.fileName, plain?.matches[0]?.fileName]).toEqual(['cup.png', 'twin.png'])
})
