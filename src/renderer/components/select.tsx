import './select.css'

interface SelectProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T) => void
  readonly isQuiet?: boolean
}

/** The system's own select, drawn in our style: keyboard, type-ahead and screen readers come with it. */
export function Select<T extends string>({ label, value, options, onChange, isQuiet }: SelectProps<T>) {
  return (
    <select
      className={isQuiet ? 'select select-quiet' : 'select'}
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value)
        if (chosen) onChange(chosen.value)
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}
