import type { BatchView, ItemView } from '../../shared/domain/batch.ts'
import { isActive } from '../../shared/domain/stages.ts'
import type { Projection } from './projection.ts'
import { isNoPicture } from './row-order.ts'

export const FILTERS = ['all', 'review', 'toGo', 'done', 'warned', 'skipped', 'failed', 'cancelled'] as const
export type Filter = (typeof FILTERS)[number]

/** Shown only where there are such files: most drops have none. */
export const SELDOM: ReadonlySet<Filter> = new Set(['warned', 'skipped', 'cancelled'])

/** Files of a batch, whatever became of them. */
export function countOf({ counts, warned, noPictures }: BatchView, filter: Filter): number {
  switch (filter) {
    case 'all':
      return Object.values(counts).reduce((sum, count) => sum + count, noPictures)
    case 'toGo':
      return counts.active
    case 'warned':
      return warned
    default:
      return counts[filter]
  }
}

/** Files of the batches together, for the filter's chip. */
export function totalOf(batches: readonly BatchView[], filter: Filter): number {
  return batches.reduce((sum, batch) => sum + countOf(batch, filter), 0)
}

/** Agrees with `countOf`: an item is counted where it is shown. */
export function passes(item: Pick<ItemView, 'stage' | 'preflight' | 'failure'>, filter: Filter): boolean {
  const { stage, preflight } = item
  switch (filter) {
    case 'all':
      return true
    case 'toGo':
      return isActive(stage)
    case 'failed':
      return stage === 'failed' && !isNoPicture(item)
    case 'warned':
      return stage !== 'cancelled' && preflight !== null && preflight.warnings.length > 0
    default:
      return stage === filter
  }
}

/** Is `search` part of the item's name, as it was dropped or as it is on the NAS, upper or lower case alike? */
export function isNamed({ fileName, remotePath }: ItemView, search: string): boolean {
  const sought = search.trim().normalize().toLowerCase()
  const nasName = remotePath === null ? '' : remotePath.slice(remotePath.lastIndexOf('/') + 1)
  return fileName.toLowerCase().includes(sought) || nasName.toLowerCase().includes(sought)
}

/** Files behind each filter's chip: of the batches, or of a search those of them that were found. */
export function countShown(
  { batches, items }: Pick<Projection, 'batches' | 'items'>,
  search: string,
): ReadonlyMap<Filter, number> {
  if (search === '') return new Map(FILTERS.map((filter) => [filter, totalOf(batches, filter)]))
  const shown = new Set(batches.map(({ id }) => id))
  const named = [...items.values()].filter((item) => shown.has(item.batchId) && isNamed(item, search))
  return new Map(FILTERS.map((filter) => [filter, named.filter((item) => passes(item, filter)).length]))
}
