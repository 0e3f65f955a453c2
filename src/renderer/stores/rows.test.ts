import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { fullDelta, sampleBatch, sampleItem, sampleShop } from '../../../test/support/renderer-preview/sample.ts'
import type { ShownStage } from '../../shared/domain/stages.ts'
import { createListSlice, type ListSlice } from '../features/batches/list-slice.ts'
import { countOf, countShown, FILTERS, isNamed, passes } from './filters.ts'
import { readPreferences } from './preferences.ts'
import { applyDelta, EMPTY_PROJECTION, withItemViews } from './projection.ts'
import { createRowsSelector, type Grip, isBatchRow, type ListView, listRows, type RowKey, reviewIds } from './rows.ts'
import { otherShopsAtWork, shownProjection, workOfShop } from './shown-shop.ts'

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
const itemsAmong = (rows: readonly RowKey[]): number => rows.filter((key) => !isBatchRow(key)).length
const list: ListView = { filter: 'all', search: '', opened: new Map(), seenActive: new Set() }
const view = { ...list, shops: null, preferences: readPreferences({ getItem: () => null }) }
const free: Grip = { rows: [], batchId: null }

test('a filter shows exactly as many files as its chip counts, for every stage there is', () => {
  const batch = sampleBatch('a', 'active', 2, moving)
  for (const filter of FILTERS)
    expect(moving.filter((item) => passes(item, filter)).length, filter).toBe(countOf(batch, filter))
})

test('what was cancelled is not warned of, as its print will never be', () => {
  const { preflight } = sampleItem('a', 0, { stage: 'done' })
  if (preflight === null) throw new Error('the sample changed')
  const warned = { preflight: { ...preflight, warnings: ['cmyk'] }, failure: null } as const
  expect((['done', 'skipped', 'cancelled'] as const).filter((stage) => passes({ ...warned, stage }, 'warned'))).toEqual(
    ['done', 'skipped'],
  )
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

test('a search shows the batches that have such a file, opened, and those that are still to be looked through', () => {
  const search = (sought: string, by = view, of = projection) => listRows(of, { ...by, search: sought })
  expect(search('GHOSTS')).toEqual(['batch/a', 'item/a-2', 'item/a-12', 'loading/z'])
  const both = withItemViews(projection, ended)
  expect(search('ghosts', view, both)).toEqual(['batch/a', 'item/a-2', 'item/a-12'])
  expect(search('ghosts', { ...view, filter: 'failed' }, both)).toEqual(['batch/a', 'item/a-12'])
  expect(search('no such name', view, both)).toEqual([])
  const unread = applyDelta(both, { ...fullDelta([sampleBatch('y', 'ended', 0, ended)], []), full: false })
  const gone = applyDelta(unread, {
    ...fullDelta([sampleBatch('z', 'ended', 1, [...ended, ...ended])], []),
    full: false,
  })
  expect(search('no such name', view, gone)).toEqual(['loading/z y'])
})

test('a name is found as it was dropped and as it is on the NAS, in any case, its accents together or apart', () => {
  const item = sampleItem('a', 10, { stage: 'done' })
  for (const sought of ['highland', 'UV 510', ' uv 510 ']) expect(isNamed(item, sought), sought).toBe(true)
  for (const sought of ['/share', 'UVDTF 16oz/UV', 'UV 511']) expect(isNamed(item, sought), sought).toBe(false)
  const { items } = withItemViews(EMPTY_PROJECTION, [{ ...item, fileName: 'Cafe\u0301.png' }])
  for (const sought of ['café', 'CAFE\u0301'])
    expect([...items.values()].every((named) => isNamed(named, sought))).toBe(true)
})

test('the chips count all batches, also those whose files are not here, and of a search what was found', () => {
  expect(countShown(projection, '').get('done')).toBe(3)
  const both = withItemViews(projection, ended)
  const found = countShown(both, 'ghosts')
  expect(FILTERS.flatMap((filter) => [[filter, found.get(filter)]])).toEqual(
    FILTERS.map((filter) => [filter, itemsAmong(listRows(both, { ...view, filter, search: 'ghosts' }))]),
  )
  expect(found.get('all')).toBe(2)
})

test('what a search opened or closed is as before when it ends; what was closed by hand hides no find', () => {
  const store = createStore<ListSlice>()((set) => createListSlice(set))
  const { setOpened, setSearch } = store.getState()
  setOpened('a', false)
  setSearch('gh')
  expect(listRows(projection, { ...view, ...store.getState() })).toContain('item/a-2')
  setOpened('a', false)
  expect(listRows(projection, { ...view, ...store.getState() })).not.toContain('item/a-2')
  setSearch('ghosts')
  expect(listRows(projection, { ...view, ...store.getState() })).toContain('item/a-2')
  setSearch('')
  expect([...store.getState().opened]).toEqual([['a', false]])
})

test('what is no picture folds into the last line of its batch, opens there, and is found by a search', () => {
  const mixed = (['failed', 'done', 'failed', 'accepted'] as const).map((stage, seq) => {
    const failed = seq === 0 ? 'unsupported-format' : seq === 2 ? 'damaged-image' : undefined
    return sampleItem('m', seq, { stage, ...(failed === undefined ? {} : { failed }) })
  })
  const batch = sampleBatch('m', 'active', 5, mixed)
  const of = applyDelta(EMPTY_PROJECTION, fullDelta([batch], mixed))
  const folded = ['batch/m', 'item/m-1', 'item/m-2', 'item/m-3', 'none/m']
  expect(listRows(of, view)).toEqual(folded)
  const opened = new Map([['none/m', true]])
  expect(listRows(of, { ...view, opened })).toEqual([...folded, 'item/m-0'])
  expect(listRows(of, { ...view, opened, filter: 'done' })).toEqual(['batch/m', 'item/m-1'])
  expect(listRows(of, { ...view, filter: 'failed' })).toEqual(['batch/m', 'item/m-2'])
  expect(listRows(of, { ...view, search: 'highland' })).toEqual(['batch/m', 'item/m-0'])
  // A file that turns out to be no picture leaves its row, though the number of files is the same.
  const select = createRowsSelector()
  const before = applyDelta(of, {
    ...fullDelta([{ ...batch, noPictures: 0 }], [sampleItem('m', 0, { stage: 'hashing' })]),
    full: false,
  })
  expect(select({ ...view, grip: free, projection: before })).toContain('item/m-0')
  expect(select({ ...view, grip: free, projection: of })).toEqual([
    'batch/m',
    'item/m-2',
    'item/m-1',
    ...folded.slice(3),
  ])
})

test('rows keep their identity while only states change, and get a new one with a new file', () => {
  const select = createRowsSelector()
  const rows = select({ ...view, grip: free, projection })
  const moved = withItemViews(projection, [sampleItem('a', 0, { stage: 'uploading' })])
  expect(select({ ...view, grip: free, projection: moved })).toBe(rows)
  const more = withItemViews(moved, [sampleItem('a', 14, { stage: 'accepted' })])
  expect(select({ ...view, grip: free, projection: more })).toHaveLength(rows.length + 1)
  const ended = applyDelta(more, { ...fullDelta([sampleBatch('a', 'ended', 2, moving)], []), full: false })
  expect(select({ ...view, grip: free, projection: ended })).toEqual(['batch/a', 'batch/z'])
  expect(select({ ...view, grip: free, projection: more, search: 'ghosts' })).not.toContain('item/a-0')
})

/** Of ten files the seventh is being sent, and the ninth needs a decision. */
const asDropped = Array.from({ length: 10 }, (_, seq) => {
  const stage = seq < 6 ? 'skipped' : seq === 6 ? 'uploading' : seq === 8 ? 'review' : 'waiting'
  return sampleItem('q', seq, { stage })
})
const queue = applyDelta(EMPTY_PROJECTION, fullDelta([sampleBatch('q', 'active', 1, asDropped)], asDropped))
const seqs = (rows: readonly RowKey[]): string => rows.map((key) => key.slice(key.lastIndexOf('-') + 1)).join(' ')

test('what is worked on stands first, then what needs a person, then the rest as it was dropped', () => {
  const select = createRowsSelector()
  expect(seqs(select({ ...view, grip: free, projection: queue }))).toBe('batch/q 6 8 0 1 2 3 4 5 7 9')
  expect(seqs(select({ ...view, grip: free, projection: queue, filter: 'toGo' }))).toBe('batch/q 6 7 9')
  const failed = sampleItem('q', 2, { stage: 'failed', failed: 'damaged-image' })
  const held = sampleItem('q', 6, { stage: 'uploading', hold: { kind: 'paused' } })
  const later = withItemViews(queue, [failed, held])
  expect(seqs(createRowsSelector()({ ...view, grip: free, projection: later }))).toBe('batch/q 2 8 0 1 3 4 5 6 7 9')
})

test('no row moves for what becomes of it, but when the rows are put in order; new files come last', () => {
  const select = createRowsSelector()
  const before = select({ ...view, grip: free, projection: queue })
  const stored = withItemViews(queue, [
    sampleItem('q', 6, { stage: 'done' }),
    sampleItem('q', 7, { stage: 'uploading' }),
  ])
  expect(select({ ...view, grip: free, projection: stored })).toBe(before)
  const more = withItemViews(stored, [sampleItem('q', 10, { stage: 'inspecting' })])
  expect(seqs(select({ ...view, grip: free, projection: more }))).toBe('batch/q 6 8 0 1 2 3 4 5 7 9 10')
  const calm = { ...free }
  const after = select({ ...view, grip: calm, projection: more })
  expect(seqs(after)).toBe('batch/q 7 10 8 0 1 2 3 4 5 6 9')
  expect(select({ ...view, grip: { ...free }, projection: more })).toBe(after)
})

test('what a person has hold of stays where it is while the others are put in order, until it is let go', () => {
  const select = createRowsSelector()
  select({ ...view, grip: free, projection: queue })
  const next = withItemViews(queue, [sampleItem('q', 6, { stage: 'done' }), sampleItem('q', 7, { stage: 'uploading' })])
  const held: Grip = { rows: ['batch/q', 'item/q-7', 'item/q-6'], batchId: null }
  expect(seqs(select({ ...view, grip: held, projection: next }))).toBe('batch/q 6 8 0 1 2 3 4 5 7 9')
  const one: Grip = { rows: ['item/q-0'], batchId: null }
  expect(seqs(select({ ...view, grip: one, projection: next }))).toBe('batch/q 7 8 0 1 2 3 4 5 6 9')
  const cut: Grip = { rows: [], batchId: 'q' }
  const settled = withItemViews(next, [sampleItem('q', 7, { stage: 'done' })])
  expect(seqs(select({ ...view, grip: cut, projection: settled }))).toBe('batch/q 7 8 0 1 2 3 4 5 6 9')
  expect(seqs(select({ ...view, grip: free, projection: settled }))).toBe('batch/q 8 0 1 2 3 4 5 6 7 9')
})

test('the list, its counts and the review are of the chosen shop, whatever goes on in others', () => {
  const theirs = ALL_STAGES.map((stage, seq) => sampleItem('t', seq, { stage }))
  const batches = [
    sampleBatch('a', 'active', 2, moving),
    { ...sampleBatch('t', 'active', 3, theirs), shopId: 'theirs' },
  ]
  const both = applyDelta(EMPTY_PROJECTION, fullDelta(batches, [...moving, ...theirs]))
  const own = sampleShop('real')
  const shops = [own, { ...own, shop: { ...own.shop, id: 'theirs' } }]
  const select = createRowsSelector()
  for (const [shopId, batchId] of [
    ['shop', 'a'],
    ['theirs', 't'],
  ] as const) {
    const state = { ...view, grip: free, projection: both, shops, preferences: { ...view.preferences, shopId } }
    const shown = shownProjection(state)
    const rows = select(state)
    expect(rows.filter(isBatchRow)).toEqual([`batch/${batchId}`])
    expect(reviewIds(shown)).toEqual([`${batchId}-4`])
    for (const search of ['', 'ghosts'])
      for (const filter of FILTERS)
        expect(countShown(shown, search).get(filter), filter).toBe(itemsAmong(select({ ...state, filter, search })))
    expect(otherShopsAtWork(state).map(({ shop }) => shop.id)).toEqual([shopId === 'shop' ? 'theirs' : 'shop'])
    expect(workOfShop({ projection: both, engine: { state: 'running' } }, shopId)).toMatchObject({ toDecide: 1 })
  }
})

test('a shop in which a drop is only looked through has something to be known of', () => {
  const own = sampleShop('real')
  const other = { ...own, shop: { ...own.shop, id: 'theirs' } }
  const batch = { ...sampleBatch('t', 'scanning', 3, []), shopId: 'theirs' }
  const at = (state: 'scanning' | 'ended') => {
    const projection = applyDelta(EMPTY_PROJECTION, fullDelta([{ ...batch, state }], []))
    return otherShopsAtWork({ projection, shops: [own, other], preferences: view.preferences })
  }
  expect([at('scanning').length, at('ended').length]).toEqual([1, 0])
})

test('who is led to a batch out of a search finds the list as it was before the search', () => {
  const store = createStore<ListSlice>()((set) => createListSlice(set))
  const { setOpened, setSearch, leadToBatch } = store.getState()
  setOpened('a', false)
  setSearch('ghosts')
  setOpened('b', true)
  leadToBatch('z')
  const { opened, search, cursor, ledToRow } = store.getState()
  expect([...opened]).toEqual([
    ['a', false],
    ['z', true],
  ])
  expect([search, cursor, ledToRow]).toEqual(['', 'batch/z', 'batch/z'])
})

test('a decided item leaves the review', () => {
  expect(reviewIds(projection)).toEqual(['a-4'])
  const decided = withItemViews(projection, [sampleItem('a', 4, { stage: 'skipped' })])
  expect(reviewIds(decided)).toEqual([])
})
