import type { LucideIcon } from 'lucide-react'
import { type KeyboardEvent, type ToggleEvent, useId, useRef, useState } from 'react'
import './menu.css'

interface MenuProps {
  readonly label: string
  readonly icon: LucideIcon
  /** `isChosen` where one of the choices holds already. */
  readonly choices: readonly { readonly label: string; readonly isChosen?: boolean; readonly onChoose: () => void }[]
}

/** A button that opens a few choices below it; arrows move through them, Escape, Tab and a click elsewhere close it. */
export function Menu({ label, icon: Icon, choices }: MenuProps) {
  const id = useId()
  const popover = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const items = (): HTMLElement[] => [...(popover.current?.querySelectorAll('button') ?? [])]

  const onToggle = ({ newState }: ToggleEvent): void => {
    setOpen(newState === 'open')
    if (newState !== 'open') return
    const chosen = choices.findIndex(({ isChosen }) => isChosen)
    items()[Math.max(0, chosen)]?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // The menu has the keys to itself; what is around it has others.
    event.stopPropagation()
    if (event.key === 'Tab') popover.current?.hidePopover()
    const all = items()
    const at = all.findIndex((item) => item.matches(':focus'))
    const moved = movedTo(event.key, at, all.length)
    if (moved === null) return
    event.preventDefault()
    all[moved]?.focus()
  }
  return (
    <span className="menu">
      <button
        type="button"
        className="icon-button"
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={label}
        title={label}
      >
        <Icon size={16} aria-hidden />
      </button>
      <div
        id={id}
        ref={popover}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className="menu-choices"
        onToggle={onToggle}
        onKeyDown={onKeyDown}
      >
        {choices.map(({ label: choice, isChosen, onChoose }) => (
          <button
            key={choice}
            type="button"
            {...(isChosen === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': isChosen })}
            tabIndex={-1}
            onClick={() => {
              popover.current?.hidePopover()
              onChoose()
            }}
          >
            {choice}
          </button>
        ))}
      </div>
    </span>
  )
}

/** Where a key moves the focus among so many, round and round; null for another key. */
function movedTo(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowUp':
      return (at + count - 1) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
