import { useEffect } from 'react'
import { useActions } from '../../stores/store-context.tsx'
import type { Screen } from '../../stores/window-slice.ts'
import { isCommand, isModalOpen, isStrayCharacter, isTyping } from './shortcuts.ts'

const SCREEN_KEYS: Readonly<Record<string, Screen>> = {
  '1': 'uploads',
  '2': 'review',
  '3': 'activity',
  '4': 'settings',
}

/** The keys that work everywhere in the window. */
export function useWindowKeys(): void {
  const actions = useActions()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isModalOpen()) return
      const isHelp = event.key === 'F1' || (event.key === '?' && !isTyping(event.target) && !isStrayCharacter(event))
      const act = isCommand(event) ? commandOf(event) : isHelp ? 'help' : null
      // A field takes back its own typing.
      if (act === null || (act === 'undo' && isTyping(event.target))) return
      event.preventDefault()
      obey(act)
    }
    const obey = (act: WindowAct): void => {
      if (act === 'files' || act === 'folder') void actions.pick(act)
      else if (act === 'help') actions.showHelp(true)
      else if (act === 'undo') void actions.undo()
      else if (act !== 'find') actions.show(act)
      else {
        actions.show('uploads')
        actions.find()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [actions])
}

type WindowAct = 'files' | 'folder' | 'find' | 'help' | 'undo' | Screen

function commandOf(event: KeyboardEvent): WindowAct | null {
  switch (event.key.toLowerCase()) {
    case 'o':
      return event.shiftKey ? 'folder' : 'files'
    case 'z':
      return event.shiftKey ? null : 'undo'
    case 'f':
      return 'find'
    case ',':
      return 'settings'
    default:
      return SCREEN_KEYS[event.key] ?? null
  }
}
