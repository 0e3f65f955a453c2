import { useEffect, useMemo, useRef } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { type ReviewGroup, reviewGroups } from '../../../shared/domain/review-groups.ts'
import { reviewIds } from '../../stores/rows.ts'
import { shownProjection } from '../../stores/shown-shop.ts'
import { useGalley, useWindow } from '../../stores/store-context.tsx'
import { lookedAt } from './review-slice.ts'

/** What is in review, as it is walked through. */
export interface Review {
  readonly groups: readonly ReviewGroup[]
  /** All items, group by group. */
  readonly ids: readonly string[]
  /** The item that is looked at, and its group. */
  readonly current: { readonly itemId: string; readonly group: ReviewGroup; readonly index: number } | null
}

export function useReview(): Review {
  const { store } = useWindow()
  const found = useGalley(useShallow((state) => reviewIds(shownProjection(state))))
  const cursor = useGalley((state) => state.reviewCursor)
  const lastIndex = useRef(0)

  // What an item resembles does not change while it is in review.
  const groups = useMemo(() => {
    const { items } = store.getState().projection
    return reviewGroups(found.flatMap((id) => items.get(id) ?? []))
  }, [store, found])
  const ids = useMemo(() => groups.flatMap(({ itemIds }) => itemIds), [groups])
  const itemId = lookedAt(ids, cursor, lastIndex.current)
  const index = groups.findIndex(({ itemIds }) => itemId !== null && itemIds.includes(itemId))
  const group = groups[index]
  useEffect(() => {
    // Once the group is decided, the next one stands where it began.
    const first = group?.itemIds[0]
    if (first !== undefined) lastIndex.current = ids.indexOf(first)
  }, [ids, group])
  return { groups, ids, current: group === undefined || itemId === null ? null : { itemId, group, index } }
}

/** The items that a decision is about: the marked ones if there are any, else the group that is looked at without those
 *  left out, and of a group of which all are left out the one that is looked at. */
export function toDecide(
  { ids, current }: Pick<Review, 'ids' | 'current'>,
  { marked, leftOut }: { readonly marked: ReadonlySet<string>; readonly leftOut: ReadonlySet<string> },
): readonly string[] {
  const isIn = (id: string): boolean => !leftOut.has(id)
  const chosen = ids.filter((id) => marked.has(id) && isIn(id))
  if (chosen.length > 0 || current === null) return chosen
  const together = current.group.itemIds.filter(isIn)
  return together.length > 0 ? together : [current.itemId]
}
