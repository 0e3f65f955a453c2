import type { Filter } from '../../stores/filters.ts'
import type { RowKey } from '../../stores/rows.ts'
import type { SetSlice } from '../../stores/slice.ts'

/** How the upload list is looked at. */
export interface ListSlice {
  readonly filter: Filter
  readonly search: string
  /** Batches opened or closed by hand. */
  readonly opened: ReadonlyMap<string, boolean>
  /** The row that keys act on. */
  readonly cursor: RowKey | null
  readonly isDetailsOpen: boolean
  /** Rises each time that the search field is asked for. */
  readonly findAsked: number

  setFilter(filter: Filter): void
  setSearch(search: string): void
  setOpened(batchId: string, isOpened: boolean): void
  moveTo(cursor: RowKey | null): void
  showDetails(isOpen: boolean): void
  find(): void
}

export function createListSlice(set: SetSlice<ListSlice>): ListSlice {
  return {
    filter: 'all',
    search: '',
    opened: new Map(),
    cursor: null,
    isDetailsOpen: false,
    findAsked: 0,

    setFilter: (filter) => set({ filter, cursor: null }),
    setSearch: (search) => set({ search, cursor: null }),
    setOpened: (batchId, isOpened) => set(({ opened }) => ({ opened: new Map(opened).set(batchId, isOpened) })),
    moveTo: (cursor) => set({ cursor }),
    showDetails: (isDetailsOpen) => set({ isDetailsOpen }),
    find: () => set(({ findAsked }) => ({ findAsked: findAsked + 1 })),
  }
}
