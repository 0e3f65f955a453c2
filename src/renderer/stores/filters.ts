import type { BatchView, ItemView } from '../../shared/domain/batch.ts'
import { isActive, type ShownStage } from '../../shared/domain/stages.ts'
import type { Projection } from './projection.ts'

export const FILTERS = ['all', 'review', 'uploading', 'done', 'failed'] as const
export type Filter = (typeof FILTERS)[number]

/** Files of a batch, whatever became of them. */
export function countOf({ counts }: BatchView, filter: Filter): number {
  switch (filter) {
    case 'all':
      return counts.active + counts.review + counts.done + counts.skipped + counts.failed + counts.cancelled
    case 'review':
      return counts.review
    case 'uploading':
      return counts.active
    case 'done':
      return counts.done + counts.skipped
    case 'failed':
      return counts.failed
  }
}

/** Files of all batches together, for the filter's chip. */
export function totalOf(batches: readonly BatchView[], filter: Filter): number {
  return batches.reduce((sum, batch) => sum + countOf(batch, filter), 0)
}

/** Agrees with `countOf`: an item is counted where it is shown. */
export function passes(stage: ShownStage, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'review':
      return stage === 'review'
    case 'done':
      return stage === 'done' || stage === 'skipped'
    case 'failed':
      return stage === 'failed'
    case 'uploading':
      return isActive(stage)
  }
}

/** Is `search` part of the item's name, as it was dropped or as it is on the NAS, upper or lower case alike? */
export function isNamed({ fileName, remotePath }: ItemView, search: string): boolean {
  const sought = search.trim().normalize().toLowerCase()
  const nasName = remotePath === null ? '' : remotePath.slice(remotePath.lastIndexOf('/') + 1)
  return fileName.toLowerCase().includes(sought) || nasName.toLowerCase().includes(sought)
}

/** Files behind each filter's chip: of all batches, or of a search those that were found. */
export function countShown(
  { batches, items }: Pick<Projection, 'batches' | 'items'>,
  search: string,
): ReadonlyMap<Filter, number> {
  if (search === '') return new Map(FILTERS.map((filter) => [filter, totalOf(batches, filter)]))
  const named = [...items.values()].filter((item) => isNamed(item, search))
  return new Map(FILTERS.map((filter) => [filter, named.filter(({ stage }) => passes(stage, filter)).length]))
}
