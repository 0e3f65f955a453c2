import type { LucideIcon } from 'lucide-react'
import { useLanguage } from '../texts/language.tsx'
import './button.css'

interface ButtonProps {
  readonly children: string
  /** What it does; one that submits its form needs nothing more. */
  readonly onClick?: () => void
  readonly icon?: LucideIcon
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  /** The key in English: it is shown as it stands on the keyboard of the language. */
  readonly shortcut?: string
  /** What it does, in more words; shown on hover and told to screen readers. */
  readonly hint?: string
  readonly isDisabled?: boolean
  /** It is at work: it does nothing more, and keeps the focus. */
  readonly isBusy?: boolean
  /** What Enter in a field of the form does. */
  readonly isSubmit?: boolean
  /** Out of the order of Tab, where the row or list around it has keys of its own. */
  readonly isByKeyOnly?: boolean
}

export function Button({
  children,
  onClick,
  icon: Icon,
  kind = 'plain',
  shortcut,
  hint,
  isDisabled,
  isBusy = false,
  isSubmit = false,
  isByKeyOnly,
}: ButtonProps) {
  const { t } = useLanguage()
  return (
    <button
      type={isSubmit ? 'submit' : 'button'}
      className={`button button-${kind}`}
      onClick={isBusy ? undefined : onClick}
      disabled={isDisabled}
      aria-disabled={isBusy || undefined}
      tabIndex={isByKeyOnly ? -1 : undefined}
      title={hint ?? (isByKeyOnly ? children : undefined)}
      aria-label={isByKeyOnly ? children : undefined}
    >
      {Icon && <Icon size={16} aria-hidden />}
      <span>{children}</span>
      {shortcut && <kbd aria-hidden>{t.keys.press(shortcut)}</kbd>}
    </button>
  )
}

interface IconButtonProps {
  readonly label: string
  readonly icon: LucideIcon
  readonly onClick: () => void
  readonly shortcut?: string
  readonly isByKeyOnly?: boolean
  readonly isExpanded?: boolean
  readonly isDisabled?: boolean
}

/** A button that shows only its icon; its name is told to screen readers and on hover. */
export function IconButton(props: IconButtonProps) {
  const { label, icon: Icon, onClick, shortcut, isByKeyOnly, isExpanded, isDisabled } = props
  const { t } = useLanguage()
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      aria-expanded={isExpanded}
      title={shortcut === undefined ? label : `${label} (${t.keys.press(shortcut)})`}
      onClick={onClick}
      disabled={isDisabled}
      tabIndex={isByKeyOnly ? -1 : undefined}
    >
      <Icon size={16} aria-hidden />
    </button>
  )
}
