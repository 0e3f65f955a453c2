import type { BatchView, ItemView } from '../../shared/domain/batch.ts'
import { ruleOf } from '../../shared/domain/failure.ts'
import { countOf, type Filter, isNamed, passes } from './filters.ts'
import type { Projection } from './projection.ts'

/** A row of the upload list, as one string: equal rows are equal strings, so that lists compare fast. `none` is what a
 *  batch has that is no picture, in one line. What is loading may be several batches, their ids with spaces between. */
export type RowKey = `batch/${string}` | `item/${string}` | `none/${string}` | `loading/${string}`

export interface ListView {
  readonly filter: Filter
  readonly search: string
  /** What a person opened or closed by hand; others follow `isOpen`. */
  readonly opened: ReadonlyMap<string, boolean>
  /** Batches that were seen moving in this window: they stay open when they end. */
  readonly seenActive: ReadonlySet<string>
}

/** The id that a row stands for. */
export function rowId(key: RowKey): string {
  return key.slice(key.indexOf('/') + 1)
}

export function isBatchRow(key: RowKey): boolean {
  return key.startsWith('batch/')
}

/** Does the list show the batch's items? */
export function isOpen(batch: BatchView, { filter, search, opened, seenActive }: ListView): boolean {
  const byHand = opened.get(batch.id)
  if (byHand !== undefined) return byHand
  return batch.state !== 'ended' || seenActive.has(batch.id) || filter !== 'all' || search !== ''
}

/** Are items of this batch missing here, so that they must be asked for? */
function isIncomplete(batch: BatchView, { itemIds }: Projection): boolean {
  return batch.state === 'ended' && (itemIds.get(batch.id)?.length ?? 0) < countOf(batch, 'all')
}

/** The rows of the upload list from top to bottom: each batch, and the items of the open ones that pass the filter. Of a
 *  search only the batches that have such a file, and last those that are still to be looked through. */
export function listRows(projection: Projection, view: ListView): readonly RowKey[] {
  const rows: RowKey[] = []
  const unread: string[] = []
  const isSearched = view.search !== ''
  for (const batch of projection.batches) {
    if (view.filter !== 'all' && countOf(batch, view.filter) === 0) continue
    const isHere = !isIncomplete(batch, projection)
    if (isSearched && !isHere) {
      unread.push(batch.id)
      continue
    }
    const isOpened = isOpen(batch, view)
    const ids = isHere && (isOpened || isSearched) ? shownIds(batch, projection, view) : []
    if (isSearched && ids.length === 0) continue
    rows.push(`batch/${batch.id}`)
    if (!isOpened) continue
    if (isHere) pushItems(rows, batch, ids, projection, view)
    else rows.push(`loading/${batch.id}`)
  }
  if (unread.length > 0) rows.push(`loading/${unread.join(' ')}`)
  return rows
}

/** What is no picture comes last, folded into one line unless that was opened; a search shows what it finds. */
function pushItems(
  rows: RowKey[],
  batch: BatchView,
  ids: readonly string[],
  { items }: Projection,
  { search, opened }: ListView,
): void {
  const others: RowKey[] = []
  const isFolding = batch.noPictures > 0 && search === ''
  for (const id of ids) (isFolding && isNoPicture(items.get(id)) ? others : rows).push(`item/${id}`)
  if (others.length > 0) rows.push(`none/${batch.id}`)
  if (opened.get(`none/${batch.id}`) === true) for (const key of others) rows.push(key)
}

/** Failed for good, as it is none of what Galley takes. */
export function isNoPicture(item: ItemView | undefined): boolean {
  return item?.stage === 'failed' && item.failure !== null && ruleOf(item.failure.code).isFinal === true
}

function shownIds(
  { id: of }: BatchView,
  { itemIds, items }: Projection,
  { filter, search }: ListView,
): readonly string[] {
  const ids = itemIds.get(of) ?? []
  if (filter === 'all' && search === '') return ids
  return ids.filter((id) => {
    const item = items.get(id)
    return item !== undefined && passes(item, filter) && (search === '' || isNamed(item, search))
  })
}

type ListState = ListView & { readonly projection: Projection }

/** Selects the rows, and keeps their identity while they are the same: a list of 10,000 rows is measured anew only when
 *  it has others, not at each of ten deltas a second. */
export function createRowsSelector(): (state: ListState) => readonly RowKey[] {
  let rows: readonly RowKey[] = []
  let seen: ListState | undefined
  return (state) => {
    if (seen !== undefined && hasSameRows(seen, state)) return rows
    seen = state
    const next = listRows(state.projection, state)
    if (next.length !== rows.length || next.some((key, index) => key !== rows[index])) rows = next
    return rows
  }
}

function hasSameRows(a: ListState, b: ListState): boolean {
  return (
    hasSameFiles(a, b) &&
    a.filter === b.filter &&
    a.search === b.search &&
    a.opened === b.opened &&
    a.seenActive === b.seenActive
  )
}

/** Without a filter the rows depend on which batches and files there are, not on how far they are. */
function hasSameFiles(a: ListState, b: ListState): boolean {
  if (a.projection === b.projection) return true
  if (b.filter !== 'all' || b.search !== '' || a.projection.itemIds !== b.projection.itemIds) return false
  const [before, now] = [a.projection.batches, b.projection.batches]
  return (
    before.length === now.length &&
    now.every((batch, index) => {
      const earlier = before[index]
      return (
        earlier?.id === batch.id &&
        earlier.state === batch.state &&
        earlier.noPictures === batch.noPictures &&
        countOf(earlier, 'all') === countOf(batch, 'all')
      )
    })
  )
}

/** Items that wait for a decision, in the order of the upload list. */
export function reviewIds({ batches, itemIds, items }: Projection): readonly string[] {
  return batches
    .filter(({ counts }) => counts.review > 0)
    .flatMap(({ id }) => (itemIds.get(id) ?? []).filter((itemId) => items.get(itemId)?.stage === 'review'))
}
