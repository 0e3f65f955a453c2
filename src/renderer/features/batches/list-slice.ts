import type { Filter } from '../../stores/filters.ts'
import type { Grip, RowKey } from '../../stores/rows.ts'
import type { SetSlice } from '../../stores/slice.ts'

/** How the upload list is looked at. */
export interface ListSlice {
  readonly filter: Filter
  readonly search: string
  /** Batches opened or closed by hand, of a search since it was last changed. */
  readonly opened: ReadonlyMap<string, boolean>
  /** The same as it was before the search, and will be after it. */
  readonly openedBefore: ReadonlyMap<string, boolean>
  /** The row that keys act on. */
  readonly cursor: RowKey | null
  /** What was held when the rows were last put in order; a new one each time. */
  readonly grip: Grip
  readonly isDetailsOpen: boolean
  /** A row that a person was led to, until it is in sight. */
  readonly ledToRow: RowKey | null
  /** Rises each time that the search field is asked for. */
  readonly findAsked: number

  setFilter(filter: Filter): void
  setSearch(search: string): void
  setOpened(batchId: string, isOpened: boolean): void
  moveTo(cursor: RowKey | null): void
  /** Lets what is worked on, and what needs a person, stand first in each open batch. */
  putInOrder(grip: Grip): void
  showDetails(isOpen: boolean): void
  /** Opens the batch and brings it in sight, whatever was sought before. */
  leadToBatch(batchId: string): void
  endLead(): void
  find(): void
}

export function createListSlice(set: SetSlice<ListSlice>): ListSlice {
  return {
    filter: 'all',
    search: '',
    opened: new Map(),
    openedBefore: new Map(),
    cursor: null,
    grip: { rows: [], batchId: null },
    isDetailsOpen: false,
    ledToRow: null,
    findAsked: 0,

    setFilter: (filter) => set({ filter, cursor: null }),
    // What was closed before the search would hide what it finds, and what it opened is not to stay open.
    setSearch: (search) =>
      set(({ search: last, opened, openedBefore }) => {
        const unsearched = last === '' ? opened : openedBefore
        return { search, cursor: null, opened: search === '' ? unsearched : new Map(), openedBefore: unsearched }
      }),
    setOpened: (batchId, isOpened) => set(({ opened }) => ({ opened: new Map(opened).set(batchId, isOpened) })),
    moveTo: (cursor) => set({ cursor }),
    putInOrder: (grip) => set({ grip }),
    showDetails: (isDetailsOpen) => set({ isDetailsOpen }),
    leadToBatch: (batchId) =>
      set(({ search, opened, openedBefore }) => ({
        filter: 'all',
        search: '',
        opened: new Map(search === '' ? opened : openedBefore).set(batchId, true),
        cursor: `batch/${batchId}`,
        ledToRow: `batch/${batchId}`,
      })),
    endLead: () => set({ ledToRow: null }),
    find: () => set(({ findAsked }) => ({ findAsked: findAsked + 1 })),
  }
}
