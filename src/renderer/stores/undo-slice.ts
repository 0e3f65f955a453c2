import type { Cancelled } from '../../shared/domain/batch.ts'
import type { Result } from '../../shared/domain/result.ts'
import type { GalleyBridge } from '../../shared/ipc/window.ts'
import type { ReviewSlice } from '../features/duplicates/review-slice.ts'
import { type ShopChoice, shownShopId } from './shown-shop.ts'
import type { GetSlice, SetSlice } from './slice.ts'
import type { Notice } from './window-slice.ts'

/** What a person did that can be taken back, one step each. */
export type Deed =
  | { readonly kind: 'decided'; readonly itemIds: readonly string[] }
  | { readonly kind: 'cancelled'; readonly parts: readonly CancelledPart[] }
  | { readonly kind: 'cleared'; readonly batchIds: readonly string[] }

interface CancelledPart extends Cancelled {
  readonly batchId: string
}

const UNDO_STEPS = 50

export interface UndoSlice {
  /** The latest last. */
  readonly deeds: readonly Deed[]
  /** Batches that were put on the list again last: no news of them. */
  readonly broughtBack: readonly string[]

  /** Cancels whole batches, or of each the items named. */
  cancel(asked: readonly { readonly batchId: string; readonly itemIds?: readonly string[] }[]): Promise<void>
  /** Cancelled items go on; without `itemIds`, all of the batch. */
  undoCancel(batchId: string, itemIds?: readonly string[]): Promise<void>
  /** Takes the shop's ended batches off the list; those in which something failed only when a person said so. */
  clearEnded(withFailed: boolean): Promise<void>
  /** Notes what was done, so that it can be taken back. */
  did(deed: Deed): void
  /** Takes back what was done last. */
  undo(): Promise<void>
}

/** `deeds`: of earlier runs. */
export function createUndoSlice(
  bridge: Pick<GalleyBridge, 'cancel' | 'undoCancel' | 'clearEnded' | 'undoClear'>,
  deeds: readonly Deed[],
  notify: (notice: Notice) => void,
  set: SetSlice<UndoSlice>,
  get: GetSlice<UndoSlice & Pick<ReviewSlice, 'takeBack'> & ShopChoice>,
): UndoSlice {
  const answerOf = async <T extends object>(call: Promise<Result<T>>): Promise<T | null> => {
    const result = await call
    if (result.ok) return result.value
    notify({ kind: 'failure', failure: result.failure })
    return null
  }

  const isDone = async (call: Promise<Result<null>>): Promise<boolean> => {
    const result = await call
    if (!result.ok) notify({ kind: 'failure', failure: result.failure })
    return result.ok
  }

  /** Null when it was; else what of it can be asked for once more. */
  const takeBack = async (deed: Deed): Promise<Deed | null> => {
    switch (deed.kind) {
      case 'decided': {
        const refused = await get().takeBack(deed.itemIds)
        return refused.length > 0 ? { kind: 'decided', itemIds: refused } : null
      }
      case 'cancelled': {
        const left: CancelledPart[] = []
        for (const { itemIds, paths, ...part } of deed.parts) {
          const isBack = await isDone(bridge.undoCancel({ ...part, itemIds: [...itemIds], paths: [...paths] }))
          if (!isBack) left.push({ itemIds, paths, ...part })
        }
        if (left.length > 0) return { kind: 'cancelled', parts: left }
        notify({ kind: 'uncancelled', files: filesOf(deed.parts) })
        return null
      }
      case 'cleared': {
        set({ broughtBack: deed.batchIds })
        if (!(await isDone(bridge.undoClear({ batchIds: [...deed.batchIds] })))) return deed
        notify({ kind: 'uncleared', batches: deed.batchIds.length })
        return null
      }
    }
  }

  return {
    deeds,
    broughtBack: [],

    async cancel(asked) {
      const parts: CancelledPart[] = []
      for (const { batchId, itemIds } of asked) {
        const request = itemIds === undefined ? { batchId } : { batchId, itemIds: [...itemIds] }
        const cancelled = await answerOf(bridge.cancel(request))
        if (cancelled !== null) parts.push({ batchId, ...cancelled })
      }
      if (parts.length === 0) return
      if (parts.some(({ itemIds, paths }) => itemIds.length + paths.length > 0)) get().did({ kind: 'cancelled', parts })
      notify({ kind: 'cancelled', files: filesOf(parts) })
    },
    async undoCancel(batchId, itemIds) {
      const which = itemIds === undefined ? {} : { itemIds: [...itemIds] }
      await isDone(bridge.undoCancel({ batchId, ...which, paths: [], isPaused: false }))
    },
    async clearEnded(withFailed) {
      const shopId = shownShopId(get())
      const cleared = await answerOf(bridge.clearEnded({ withFailed, ...(shopId === null ? {} : { shopId }) }))
      if (cleared === null || cleared.batchIds.length === 0) return
      get().did({ kind: 'cleared', batchIds: cleared.batchIds })
      notify({ kind: 'cleared', batches: cleared.batchIds.length })
    },
    did: (deed) => set((before) => ({ deeds: [...before.deeds, deed].slice(-UNDO_STEPS) })),
    async undo() {
      const deed = get().deeds.at(-1)
      if (deed === undefined) return
      set((before) => ({ deeds: before.deeds.slice(0, -1) }))
      const left = await takeBack(deed)
      if (left !== null) get().did(left)
    },
  }
}

function filesOf(parts: readonly CancelledPart[]): number {
  return parts.reduce((sum, { itemIds }) => sum + itemIds.length, 0)
}
