import type { Decision, KeptTwin } from '../../../shared/domain/match.ts'
import type { GalleyBridge } from '../../../shared/ipc/window.ts'
import type { GetSlice, SetSlice } from '../../stores/slice.ts'
import type { Notice } from '../../stores/window-slice.ts'

/** What of the items in review is looked at and marked, and what is asked about it. */
export interface ReviewSlice {
  readonly reviewCursor: string | null
  readonly marked: ReadonlySet<string>
  /** Items that are not decided with their group. */
  readonly leftOut: ReadonlySet<string>
  /** Which of the matches is looked at, the closest first. */
  readonly matchAt: number
  /** The pictures lie one on the other, with a slider between them. */
  readonly isSlider: boolean
  /** The item that would take a design's place, while a person is asked. */
  readonly replacing: string | null

  lookAt(itemId: string | null): void
  mark(itemIds: readonly string[], isMarked: boolean): void
  leaveOut(itemId: string, isLeftOut: boolean): void
  lookAtMatch(matchAt: number): void
  showSlider(isSlider: boolean): void
  /** Says it to the engine. Of a replacement, which is of one item, a person is asked first: `answerReplace`. */
  decide(itemIds: readonly string[], decision: Decision): Promise<void>
  answerReplace(isWanted: boolean): Promise<void>
  /** Says what becomes of files that a colleague has stored as well. */
  settleTwins(itemIds: readonly string[], kept: KeptTwin): Promise<void>
  /** Takes back what was decided of the items, whenever that was; answers those of which it could not be. */
  takeBack(itemIds: readonly string[]): Promise<readonly string[]>
}

/** Where a decision is noted, to be taken back. */
interface Undoable {
  did(deed: { readonly kind: 'decided'; readonly itemIds: readonly string[] }): void
}

export function createReviewSlice(
  bridge: Pick<GalleyBridge, 'decide' | 'settleTwins' | 'undoDecisions'>,
  notify: (notice: Notice) => void,
  set: SetSlice<ReviewSlice>,
  get: GetSlice<ReviewSlice & Undoable>,
): ReviewSlice {
  const say = async (itemIds: readonly string[], decision: Decision): Promise<void> => {
    const told = await bridge.decide({ itemIds: [...itemIds], decision })
    if (!told.ok) return notify({ kind: 'failure', failure: told.failure })
    set(({ marked }) => ({ marked: withIds(marked, itemIds, false), matchAt: 0 }))
    get().did({ kind: 'decided', itemIds })
    notify({ kind: 'decided', decision, files: itemIds.length })
  }

  return {
    reviewCursor: null,
    marked: new Set(),
    leftOut: new Set(),
    matchAt: 0,
    isSlider: false,
    replacing: null,

    lookAt: (reviewCursor) => set({ reviewCursor, matchAt: 0 }),
    lookAtMatch: (matchAt) => set({ matchAt }),
    mark: (itemIds, isMarked) => set(({ marked }) => ({ marked: withIds(marked, itemIds, isMarked) })),
    leaveOut: (itemId, isLeftOut) => set(({ leftOut }) => ({ leftOut: withIds(leftOut, [itemId], isLeftOut) })),
    showSlider: (isSlider) => set({ isSlider }),
    async decide(itemIds, decision) {
      if (decision === 'replace') set({ replacing: itemIds[0] ?? null })
      else await say(itemIds, decision)
    },
    async answerReplace(isWanted) {
      const { replacing } = get()
      set({ replacing: null })
      if (isWanted && replacing !== null) await say([replacing], 'replace')
    },
    async settleTwins(itemIds, kept) {
      const told = await bridge.settleTwins({ itemIds: [...itemIds], kept })
      if (!told.ok) return notify({ kind: 'failure', failure: told.failure })
      const refused = told.value.map(({ itemId }) => itemId)
      const settled = itemIds.filter((id) => !refused.includes(id))
      if (settled.length > 0) get().did({ kind: 'decided', itemIds: settled })
      const [first] = told.value
      if (first === undefined) notify({ kind: 'twins-settled', kept, files: settled.length })
      else notify({ kind: 'failure', failure: first.failure })
    },
    async takeBack(itemIds) {
      const undone = await bridge.undoDecisions({ itemIds: [...itemIds] })
      if (!undone.ok) {
        notify({ kind: 'failure', failure: undone.failure })
        return []
      }
      const { reopened, kept, refused } = undone.value
      const [first] = refused
      if (first === undefined) notify({ kind: 'undone', reopened: reopened.length, kept: kept.length })
      else notify({ kind: 'failure', failure: first.failure })
      get().lookAt(reopened[0] ?? get().reviewCursor)
      return refused.map(({ itemId }) => itemId)
    },
  }
}

function withIds(before: ReadonlySet<string>, ids: readonly string[], isIn: boolean): ReadonlySet<string> {
  const next = new Set(before)
  for (const id of ids) {
    if (isIn) next.add(id)
    else next.delete(id)
  }
  return next
}

/** The item to look at: the one chosen, or, once it was decided, the one that took its place in the order. */
export function lookedAt(ids: readonly string[], cursor: string | null, lastIndex: number): string | null {
  if (cursor !== null && ids.includes(cursor)) return cursor
  return ids[Math.min(Math.max(lastIndex, 0), ids.length - 1)] ?? null
}
