import { useEffect } from 'react'
import { useWindow } from '../../stores/store-context.tsx'
import { isCommand, isModalOpen, isTyping } from '../shell/shortcuts.ts'
import { decisionOf } from './decisions.ts'

/** The keys of the review. Those of decisions decide the marked ones if there are any, else the one that is looked at. */
export function useReviewKeys(ids: readonly string[], current: string | null): void {
  const { store } = useWindow()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isModalOpen() || current === null) return
      const isCheckbox = event.target instanceof HTMLInputElement && event.target.type === 'checkbox'
      if (isTyping(event.target) && !isCheckbox) return
      if (isCommand(event) && event.key.toLowerCase() === 'a') {
        event.preventDefault()
        store.getState().mark(ids, true)
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === ' ' && (isCheckbox || event.target instanceof HTMLButtonElement)) return
      if (act(event.key, current)) event.preventDefault()
    }

    const act = (key: string, itemId: string): boolean => {
      const { lookAt, mark, marked, decide } = store.getState()
      const index = ids.indexOf(itemId)
      switch (key) {
        case 'ArrowDown':
          lookAt(ids[index + 1] ?? itemId)
          return true
        case 'ArrowUp':
          lookAt(ids[index - 1] ?? itemId)
          return true
        case ' ':
          mark([itemId], !marked.has(itemId))
          return true
        case 'Escape':
          mark(ids, false)
          return true
        default: {
          const decision = decisionOf(key)
          if (decision === null) return false
          const chosen = ids.filter((id) => marked.has(id))
          mark(chosen, false)
          void decide(chosen.length > 0 ? chosen : [itemId], decision)
          return true
        }
      }
    }

    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [store, ids, current])
}
