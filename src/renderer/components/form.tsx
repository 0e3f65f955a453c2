import type { ReactNode } from 'react'

interface FormProps {
  /** What its submitting button does, and Enter in any of its fields. */
  readonly onSubmit: () => void
  readonly className?: string
  readonly children: ReactNode
}

/** Fields that belong together, with the button that Enter presses. */
export function Form({ onSubmit, className = 'form', children }: FormProps) {
  return (
    <form
      className={className}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
    </form>
  )
}
