const isMac = navigator.platform.startsWith('Mac')

/** The modifier of shortcuts on this system, as it stands on its keys. */
export function shortcutText(key: string, isShifted = false): string {
  if (isMac) return `${isShifted ? '⇧' : ''}⌘${key}`
  return `Ctrl+${isShifted ? 'Shift+' : ''}${key}`
}

/** Is the system's command key held, and no other modifier but Shift? */
export function isCommand(event: KeyboardEvent): boolean {
  return (isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey
}

/** Does typing go into a field, so that plain letters are no shortcuts? */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

/** Is it a single character, as a person types or dictates it, away from the lists that it is for? Only there it may act
 *  (WCAG 2.1.4): they say so by `data-keys`. */
export function isStrayCharacter({ key, target }: KeyboardEvent): boolean {
  return key.length === 1 && key !== ' ' && !(target instanceof Element && target.closest('[data-keys]') !== null)
}

/** Is a dialog open, which has the keys to itself? */
export function isModalOpen(): boolean {
  return document.querySelector('dialog[open]') !== null
}
