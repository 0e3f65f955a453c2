import type { LucideIcon } from 'lucide-react'
import { useId, useRef } from 'react'
import './menu.css'

interface MenuProps {
  readonly label: string
  readonly icon: LucideIcon
  /** `isChosen` where one of the choices holds already. */
  readonly choices: readonly { readonly label: string; readonly isChosen?: boolean; readonly onChoose: () => void }[]
}

/** A button that opens a few choices below it; closes on Escape and on a click elsewhere. */
export function Menu({ label, icon: Icon, choices }: MenuProps) {
  const id = useId()
  const popover = useRef<HTMLDivElement>(null)
  return (
    <span className="menu">
      <button type="button" className="icon-button" popoverTarget={id} aria-label={label} title={label}>
        <Icon size={16} aria-hidden />
      </button>
      <div id={id} ref={popover} popover="auto" className="menu-choices">
        {choices.map(({ label: choice, isChosen, onChoose }) => (
          <button
            key={choice}
            type="button"
            aria-pressed={isChosen}
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
