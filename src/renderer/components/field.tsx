import { type ReactNode, useEffect, useId, useRef } from 'react'
import './field.css'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: string | undefined
  /** What is wrong with the value; shown in place of the hint. */
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly type?: 'text' | 'password' | 'url' | 'time'
  readonly inputMode?: 'numeric' | 'decimal'
  readonly unit?: string
  readonly width?: 'short' | 'wide'
  readonly isFocused?: boolean
  /** A person was led here: whenever it becomes another one, the field takes the focus. */
  readonly ledTo?: object | null
  readonly after?: ReactNode
}

/** A labelled line of text. */
export function Field(props: FieldProps) {
  const {
    label,
    value,
    onChange,
    hint,
    error,
    placeholder,
    type = 'text',
    inputMode,
    unit,
    width = 'wide',
    after,
  } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (props.ledTo == null) return
    input.current?.scrollIntoView({ block: 'center' })
    input.current?.focus({ preventScroll: true })
  }, [props.ledTo])
  const note = error ?? hint
  return (
    <div className={`field field-${width}`} data-invalid={error !== undefined}>
      <label htmlFor={id}>{label}</label>
      <div className="field-line">
        <input
          ref={input}
          id={id}
          type={type}
          value={value}
          placeholder={placeholder}
          inputMode={inputMode}
          spellCheck={false}
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: the first field of a step that a person just opened.
          autoFocus={props.isFocused}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          onChange={(event) => onChange(event.target.value)}
        />
        {unit !== undefined && <span className="field-unit faint">{unit}</span>}
        {after}
      </div>
      {note !== undefined && (
        <p id={`${id}-note`} className="field-note">
          {note}
        </p>
      )}
    </div>
  )
}

interface ChoicesProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly choices: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T) => void
}

/** A few choices side by side, of which one holds. */
export function Choices<T extends string>({ label, value, choices, onChange }: ChoicesProps<T>) {
  const name = useId()
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              className="unseen"
              type="radio"
              name={name}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
