import { expect, test } from 'vitest'
import { fullDelta, sampleBatch, sampleItem } from '../../../test/support/renderer-preview/sample.ts'
import type { ShownStage } from '../../shared/domain/stages.ts'
import { countOf, FILTERS, passes, totalOf } from './filters.ts'
import { applyDelta, EMPTY_PROJECTION, withItemViews } from './projection.ts'
import { createRowsSelector, type ListView, listRows, reviewIds } from './rows.ts'

const ALL_STAGES: readonly ShownStage[] = [
  'accepted',
  'inspecting',
  'hashing',
  'matching',
  'review',
  'waiting',
  'uploading',
  'verifying',
  'stored',
  'recording',
  'done',
  'skipped',
  'failed',
  'cancelled',
]
const moving = ALL_STAGES.map((stage, seq) => sampleItem('a', seq, { stage }))
const ended = [0, 1].map((seq) => sampleItem('z', seq, { stage: 'done' }))
const projection = applyDelta(
  EMPTY_PROJECTION,
  fullDelta([sampleBatch('a', 'active', 2, moving), sampleBatch('z', 'ended', 1, ended)], moving),
)
const view: ListView = { filter: 'all', search: '', opened: new Map(), seenActive: new Set() }

test('a filter shows exactly as many files as its chip counts, for every stage there is', () => {
  const batch = sampleBatch('a', 'active', 2, moving)
  for (const filter of FILTERS)
    expect(moving.filter(({ stage }) => passes(stage, filter)).length, filter).toBe(countOf(batch, filter))
})

test('the chips count all batches, also those whose files are not here', () => {
  expect(totalOf(projection.batches, 'done')).toBe(4)
})

test('an ended batch stays closed until it is opened, then asks for its files before it shows them', () => {
  expect(listRows(projection, view).at(-1)).toBe('batch/z')
  const opened = { ...view, opened: new Map([['z', true]]) }
  expect(listRows(projection, opened).at(-1)).toBe('loading/z')
  expect(listRows(withItemViews(projection, ended), opened).slice(-2)).toEqual(['item/z-0', 'item/z-1'])
})

test('a batch that ends while it is watched does not fold under the eyes', () => {
  const all = withItemViews(projection, ended)
  expect(listRows(all, { ...view, seenActive: new Set(['z']) })).toContain('item/z-0')
})

test('a batch without files for the filter is not shown', () => {
  expect(listRows(projection, { ...view, filter: 'failed' })).toEqual(['batch/a', 'item/a-12'])
})

test('the search finds a part of the name in any case', () => {
  const rows = listRows(projection, { ...view, search: 'GHOSTS', opened: new Map([['z', false]]) })
  expect(rows).toEqual(['batch/a', 'item/a-2', 'item/a-12', 'batch/z'])
})

test('rows keep their identity while only states change, and get a new one with a new file', () => {
  const select = createRowsSelector()
  const rows = select({ ...view, projection })
  const moved = withItemViews(projection, [sampleItem('a', 0, { stage: 'uploading' })])
  expect(select({ ...view, projection: moved })).toBe(rows)
  const more = withItemViews(moved, [sampleItem('a', 14, { stage: 'accepted' })])
  expect(select({ ...view, projection: more })).toHaveLength(rows.length + 1)
  const ended = applyDelta(more, { ...fullDelta([sampleBatch('a', 'ended', 2, moving)], []), full: false })
  expect(select({ ...view, projection: ended })).toEqual(['batch/a', 'batch/z'])
  expect(select({ ...view, projection: more, search: 'ghosts' })).not.toContain('item/a-0')
})

test('a decided item leaves the review', () => {
  expect(reviewIds(projection)).toEqual(['a-4'])
  const decided = withItemViews(projection, [sampleItem('a', 4, { stage: 'skipped' })])
  expect(reviewIds(decided)).toEqual([])
})
