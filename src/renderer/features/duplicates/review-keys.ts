import { useEffect } from 'react'
import { useWindow } from '../../stores/store-context.tsx'
import { isCommand, isModalOpen, isStrayCharacter, isTyping } from '../shell/shortcuts.ts'
import { decisionOf, decisionsFor } from './decisions.ts'
import { type Review, toDecide } from './use-review.ts'

/** The keys of the review. */
export function useReviewKeys({ groups, ids, current }: Review): void {
  const { store } = useWindow()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isModalOpen() || current === null) return
      const type = event.target instanceof HTMLInputElement ? event.target.type : ''
      if (isTyping(event.target) && type !== 'checkbox' && type !== 'range') return
      if (isCommand(event) && event.key.toLowerCase() === 'a') {
        event.preventDefault()
        store.getState().mark(ids, true)
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isStrayCharacter(event)) return
      if (event.key === ' ' && (type === 'checkbox' || event.target instanceof HTMLButtonElement)) return
      if (type === 'range' && event.key.startsWith('Arrow')) return
      if (act(event.key, current)) event.preventDefault()
    }

    const act = (key: string, { itemId, group, index }: NonNullable<Review['current']>): boolean => {
      const state = store.getState()
      const { lookAt, mark, marked, leaveOut, leftOut, isSlider, showSlider } = state
      const at = group.itemIds.indexOf(itemId)
      switch (key) {
        case 'ArrowDown':
          lookAt(groups[index + 1]?.itemIds[0] ?? itemId)
          return true
        case 'ArrowUp':
          lookAt(groups[index - 1]?.itemIds[0] ?? itemId)
          return true
        case 'ArrowRight':
          lookAt(group.itemIds[at + 1] ?? itemId)
          return true
        case 'ArrowLeft':
          lookAt(group.itemIds[at - 1] ?? itemId)
          return true
        case ' ':
          mark(group.itemIds, !group.itemIds.every((id) => marked.has(id)))
          return true
        case 'x':
          if (group.itemIds.length > 1) leaveOut(itemId, !leftOut.has(itemId))
          return true
        case 'c':
          showSlider(!isSlider)
          return true
        case 'Escape':
          mark(ids, false)
          return true
        default: {
          const itemIds = toDecide({ ids, current }, state)
          const decision = decisionOf(key, decisionsFor(itemIds.length, state.matchAt))
          if (decision === null) return false
          void state.decide(itemIds, decision)
          return true
        }
      }
    }

    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [store, groups, ids, current])
}
