import type { BatchView } from '../../shared/domain/batch.ts'
import { countOf, type Filter, isNamed, passes } from './filters.ts'
import type { Projection } from './projection.ts'
import { inOrder, isNoPicture, isSameOrder, leadingIds, type RowOrder } from './row-order.ts'
import { shownProjection, shownShopId } from './shown-shop.ts'

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

type Orders = ReadonlyMap<string, RowOrder>

/** The rows of the upload list from top to bottom: each batch, and the items of the open ones that pass the filter. Of a
 *  search only the batches that have such a file, and last those that are still to be looked through. */
export function listRows(projection: Projection, view: ListView, orders: Orders = new Map()): readonly RowKey[] {
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
    if (isHere) pushItems(rows, batch, inOrder(ids, orders.get(batch.id)), projection, view)
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

/** What a person has hold of while the rows are put in order: the pointer or the focus is there. */
export interface Grip {
  /** They keep their places. */
  readonly rows: readonly RowKey[]
  /** The batch whose files fill the upper edge of what is seen: any change above it would move them. */
  readonly batchId: string | null
}

type ListState = ListView & Parameters<typeof shownProjection>[0] & { readonly grip: Grip }

/** Selects the rows, and keeps their identity while they are the same: a list of 10,000 rows is measured anew only when
 *  it has others, not at each of ten deltas a second. The files of a batch are put in order when it is opened, with each
 *  new filter or search, and with each new `grip`; between those they stay where they are, whatever becomes of them. */
export function createRowsSelector(): (state: ListState) => readonly RowKey[] {
  let rows: readonly RowKey[] = []
  let orders: Orders = new Map()
  let seen: ListState | undefined
  return (state) => {
    if (seen !== undefined && seen.grip === state.grip && hasSameRows(seen, state)) return rows
    const ordered = ordersOf(state, seen, orders, rows)
    const isOrdered = hasSameOrders(orders, ordered)
    const isAsBefore = isOrdered && seen !== undefined && hasSameRows(seen, state)
    seen = state
    orders = ordered
    if (isAsBefore) return rows
    const next = listRows(shownProjection(state), state, orders)
    if (next.length !== rows.length || next.some((key, index) => key !== rows[index])) rows = next
    return rows
  }
}

/** The orders of the batches that are open, and whose files are here. */
function ordersOf(state: ListState, seen: ListState | undefined, before: Orders, rows: readonly RowKey[]): Orders {
  const { projection, grip } = state
  const isOther = seen === undefined || seen.filter !== state.filter || seen.search !== state.search
  const isCalm = seen?.grip !== grip
  const orders = new Map<string, RowOrder>()
  for (const batch of projection.batches) {
    if (!isOpen(batch, state) || !projection.itemIds.has(batch.id)) continue
    const last = isOther ? undefined : before.get(batch.id)
    const isKept = last !== undefined && (!isCalm || grip.batchId === batch.id)
    orders.set(
      batch.id,
      isKept ? last : { leading: leadingIds(batch, projection), pinned: isOther ? [] : pinsIn(batch, grip, rows) },
    )
  }
  return orders
}

function pinsIn({ id }: BatchView, grip: Grip, rows: readonly RowKey[]): RowOrder['pinned'] {
  if (grip.rows.length === 0) return []
  const header = rows.indexOf(`batch/${id}`)
  const after = rows.findIndex((key, index) => index > header && !key.startsWith('item/'))
  return grip.rows
    .map((key) => ({ id: rowId(key), at: rows.indexOf(key) }))
    .filter(({ at }) => header !== -1 && at > header && (after === -1 || at < after))
    .sort((a, b) => a.at - b.at)
    .map(({ id: itemId, at }) => ({ id: itemId, place: at - header - 1 }))
}

function hasSameOrders(a: Orders, b: Orders): boolean {
  return a.size === b.size && [...b].every(([id, order]) => isSameOrder(a.get(id), order))
}

function hasSameRows(a: ListState, b: ListState): boolean {
  return (
    hasSameFiles(a, b) &&
    shownShopId(a) === shownShopId(b) &&
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

/** Items that wait for a decision, batch by batch in the order of the drop. */
export function reviewIds({ batches, itemIds, items }: Projection): readonly string[] {
  return batches
    .filter(({ counts }) => counts.review > 0)
    .flatMap(({ id }) => (itemIds.get(id) ?? []).filter((itemId) => items.get(itemId)?.stage === 'review'))
}
