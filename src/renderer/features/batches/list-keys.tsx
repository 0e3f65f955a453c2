import { useEffect, useState } from 'react'
import type { BatchView, ItemView } from '../../../shared/domain/batch.ts'
import { isEnded } from '../../../shared/domain/stages.ts'
import { isBatchRow, isOpen, type RowKey, rowId } from '../../stores/rows.ts'
import { useGalley, useWindow } from '../../stores/store-context.tsx'
import { decisionOf, QUICK_DECISIONS } from '../duplicates/decisions.ts'
import { isModalOpen, isStrayCharacter, isTyping } from '../shell/shortcuts.ts'
import { CancelDialog } from './batch-row.tsx'
import { canRetry } from './item-state.ts'

const PAGE_ROWS = 8
/** What they do needs no engine. */
const MOVES_OR_FOLDS: ReadonlySet<string> = new Set([' ', 'Enter', 'ArrowRight', 'ArrowLeft'])

/** Where the cursor goes for a key that moves it; null for another key. */
export function movedIndex(key: string, index: number, count: number): number | null {
  const to = (target: number): number => Math.min(count - 1, Math.max(0, target))
  switch (key) {
    case 'ArrowDown':
      return to(index + 1)
    case 'ArrowUp':
      return to(index - 1)
    case 'PageDown':
      return to(index + PAGE_ROWS)
    case 'PageUp':
      return to(index - PAGE_ROWS)
    case 'Home':
      return to(0)
    case 'End':
      return to(count - 1)
    default:
      return null
  }
}

/** The keys of the upload list. They act on the row of the cursor: those that move and fold from wherever the focus is,
 *  unless it is in a field, letters only while it is in the list. */
export function useListKeys(
  rows: readonly RowKey[],
  reveal: (index: number) => void,
): { cancelling: string | null; endCancelling: () => void } {
  const { store } = useWindow()
  const [cancelling, setCancelling] = useState<string | null>(null)

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isModalOpen() || isTyping(event.target) || isStrayCharacter(event)) return
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const state = store.getState()
      const index = state.cursor === null ? -1 : rows.indexOf(state.cursor)
      const moved = movedIndex(event.key, index, rows.length)
      if (moved !== null) {
        event.preventDefault()
        state.moveTo(rows[moved] ?? null)
        reveal(moved)
        return
      }
      if (event.key === 'Escape') state.showDetails(false)
      const key = rows[index]
      const onButton = event.target instanceof HTMLButtonElement
      if (onButton && (event.key === ' ' || event.key === 'Enter')) return
      if (key?.startsWith('none/')) {
        const isOpened = foldOf(event.key, state.opened.get(key) === true)
        if (isOpened !== null) {
          event.preventDefault()
          state.setOpened(key, isOpened)
        }
        return
      }
      const batch = batchOf(key, state.projection.items, state.projection.batches)
      if (batch === undefined) return
      const item = key !== undefined && !isBatchRow(key) ? state.projection.items.get(rowId(key)) : undefined
      if (act(event.key, batch, item)) event.preventDefault()
    }

    const act = (key: string, batch: BatchView, item: ItemView | undefined): boolean => {
      const state = store.getState()
      if (state.engine.state === 'stopped' && !MOVES_OR_FOLDS.has(key)) return false
      const decision = item?.stage === 'review' ? decisionOf(key, QUICK_DECISIONS) : null
      if (item !== undefined && decision !== null) {
        void state.decide([item.id], decision)
        return true
      }
      switch (key) {
        case ' ':
        case 'Enter':
          if (item === undefined) state.setOpened(batch.id, !isOpen(batch, state))
          else state.showDetails(key === 'Enter' || !state.isDetailsOpen)
          return true
        case 'ArrowRight':
          state.setOpened(batch.id, true)
          return true
        case 'ArrowLeft':
          if (item === undefined) state.setOpened(batch.id, false)
          else state.moveTo(`batch/${batch.id}`)
          return true
        case 'p':
          if (batch.state === 'ended' || (batch.state === 'active' && batch.counts.active === 0)) return false
          void (batch.state === 'paused' ? state.resume(batch.id) : state.pause(batch.id))
          return true
        case 'r':
          if (item !== undefined && canRetry(item))
            void (item.stage === 'failed' ? state.retry : state.undoCancel)(batch.id, [item.id])
          else if (item === undefined && batch.toRetry > 0) void state.retry(batch.id)
          return true
        case 'Delete':
        case 'Backspace':
          if (item === undefined) setCancelling(batch.state === 'ended' ? null : batch.id)
          else if (!isEnded(item.stage)) void state.cancel([{ batchId: batch.id, itemIds: [item.id] }])
          return true
        default:
          return false
      }
    }

    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [store, rows, reveal])

  return { cancelling, endCancelling: () => setCancelling(null) }
}

/** Is a folded line open after the key? Null for a key that does nothing there. */
function foldOf(key: string, isOpened: boolean): boolean | null {
  if (key === ' ' || key === 'Enter') return !isOpened
  return key === 'ArrowRight' ? true : key === 'ArrowLeft' ? false : null
}

/** The batch of the row that the cursor is on. */
function batchOf(
  key: RowKey | undefined,
  items: ReadonlyMap<string, ItemView>,
  batches: readonly BatchView[],
): BatchView | undefined {
  if (key === undefined) return undefined
  const id = isBatchRow(key) ? rowId(key) : items.get(rowId(key))?.batchId
  return batches.find((batch) => batch.id === id)
}

/** Asks before the batch that Del was pressed on is cancelled. */
export function CancelBatch({ batchId, onClose }: { batchId: string; onClose: () => void }) {
  const files = useGalley(({ projection }) => {
    const counts = projection.batches.find(({ id }) => id === batchId)?.counts
    return counts === undefined ? 0 : counts.active + counts.review
  })
  return <CancelDialog batchIds={[batchId]} files={files} onClose={onClose} />
}
