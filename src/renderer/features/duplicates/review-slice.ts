import type { SetSlice } from '../../stores/slice.ts'

/** Which items in review are looked at and which are marked. */
export interface ReviewSlice {
  readonly reviewCursor: string | null
  readonly marked: ReadonlySet<string>

  lookAt(itemId: string | null): void
  mark(itemIds: readonly string[], isMarked: boolean): void
}

export function createReviewSlice(set: SetSlice<ReviewSlice>): ReviewSlice {
  return {
    reviewCursor: null,
    marked: new Set(),

    lookAt: (reviewCursor) => set({ reviewCursor }),
    mark: (itemIds, isMarked) =>
      set(({ marked }) => {
        const next = new Set(marked)
        for (const id of itemIds) {
          if (isMarked) next.add(id)
          else next.delete(id)
        }
        return { marked: next }
      }),
  }
}

/** The item to look at: the one chosen, or, once it was decided, the one that took its place in the order. */
export function lookedAt(ids: readonly string[], cursor: string | null, lastIndex: number): string | null {
  if (cursor !== null && ids.includes(cursor)) return cursor
  return ids[Math.min(Math.max(lastIndex, 0), ids.length - 1)] ?? null
}
