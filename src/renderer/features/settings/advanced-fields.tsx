import { ChevronRight } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { DEFAULT_CONNECTIONS } from '../../../shared/domain/shop.ts'
import { Choices, Field } from '../../components/field.tsx'
import { useLanguage } from '../../texts/language.tsx'
import type { NasDraft } from './nas-draft.ts'
import { useLedTo } from './use-held.ts'

interface AdvancedFieldsProps {
  readonly draft: NasDraft
  /** What is wrong with the number of connections. */
  readonly error: string | undefined
  /** Something in it has to be chosen before the NAS can be used. */
  readonly isAsked: boolean
  readonly onChange: (part: Partial<NasDraft>) => void
}

/** What hardly anyone sets of a NAS; out of sight while it is as it comes, never while something is wrong or wanted in it. */
export function AdvancedFields({
  draft: { connections, verify, oldAlgorithms },
  error,
  isAsked,
  onChange,
}: AdvancedFieldsProps) {
  const { t } = useLanguage()
  const words = t.settings.nas.advanced
  const [isOpen, setOpen] = useState(
    connections !== String(DEFAULT_CONNECTIONS) || verify !== 'automatic' || oldAlgorithms === 'on',
  )
  const ledTo = useLedTo('old-algorithms')
  const summary = useRef<HTMLElement>(null)
  useEffect(() => {
    if (ledTo === null) return
    setOpen(true)
    summary.current?.focus()
  }, [ledTo])
  const mustShow = isAsked || error !== undefined
  return (
    <details
      className="advanced"
      open={isOpen || mustShow}
      onToggle={({ currentTarget }) => {
        if (mustShow) currentTarget.open = true
        setOpen(currentTarget.open)
      }}
    >
      <summary ref={summary}>
        <ChevronRight size={14} aria-hidden /> {words.title}
      </summary>
      <div className="form">
        <Field
          label={words.connections}
          value={connections}
          inputMode="numeric"
          width="short"
          hint={words.connectionsHint}
          error={error}
          onChange={(typed) => onChange({ connections: typed })}
        />
        <Choices
          label={words.verify}
          value={verify}
          choices={[
            { value: 'automatic', label: words.policies.automatic },
            { value: 'size', label: words.policies.size },
            { value: 'read-back', label: words.policies['read-back'] },
            { value: 'remote-hash', label: words.policies['remote-hash'] },
          ]}
          onChange={(chosen) => onChange({ verify: chosen })}
        />
        <p className="form-example soft">{words.policyNotes[verify]}</p>
        <Choices
          label={words.oldAlgorithms}
          value={oldAlgorithms}
          choices={[
            { value: 'off', label: words.off },
            { value: 'on', label: words.on },
          ]}
          onChange={(chosen) => onChange({ oldAlgorithms: chosen })}
        />
        <p className="form-example soft">{words.oldAlgorithmsNote}</p>
      </div>
    </details>
  )
}
