import { Plus, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { MAX_ENTRIES, type Timetable } from '../../../shared/domain/speed-limit.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Choices, Field } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Select } from '../../components/select.tsx'
import { isSame } from '../../stores/draft-slice.ts'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { FormButtons } from './form-buttons.tsx'
import {
  inMode,
  newEntry,
  type SpeedDraft,
  type SpeedEntryDraft,
  type SpeedErrors,
  type SpeedUnit,
  speedDraftOf,
  timetableOf,
} from './speed-draft.ts'
import { useDraft } from './use-draft.ts'

/** How fast uploads may go: always, or by the time of day. */
export function SpeedForm() {
  const { t, format } = useLanguage()
  const { bridge } = useWindow()
  const limit = useGalley((state) => state.projection.status.speedLimit)
  const { notify } = useActions()
  const state = useDraft('speed', '', speedDraftOf(limit.timetable, format.typed))
  const { draft } = state
  const [errors, setErrors] = useState<SpeedErrors>({})
  /** What was saved, until the engine says so. */
  const [saving, setSaving] = useState<Timetable | null>(null)
  const words = t.settings.speed
  const change = (to: SpeedDraft): void => {
    state.change(to)
    setErrors({})
  }
  const { mode, entries } = draft
  const changeEntry = (id: string, part: Partial<SpeedEntryDraft>): void =>
    change({ mode, entries: entries.map((entry) => (entry.id === id ? { ...entry, ...part } : entry)) })
  const parsed = timetableOf(draft, t)
  const save = async (): Promise<void> => {
    if (!parsed.ok) return setErrors(parsed.errors)
    const saved = await bridge.limitSpeed({ timetable: parsed.timetable })
    notify(saved.ok ? { kind: 'settings-saved' } : { kind: 'failure', failure: saved.failure })
    if (saved.ok) setSaving(parsed.timetable)
  }
  const { discard } = state
  useEffect(() => {
    if (saving === null || !isSame(limit.timetable, saving)) return
    setSaving(null)
    discard()
  }, [saving, limit.timetable, discard])
  const isUnsaved = state.isUnsaved && !(parsed.ok && isSame(parsed.timetable, limit.timetable))
  return (
    <Form onSubmit={() => void save()}>
      <Choices
        label={words.mode}
        value={mode}
        choices={[
          { value: 'full', label: words.modes.full },
          { value: 'always', label: words.modes.always },
          { value: 'by-time', label: words.modes.byTime },
        ]}
        onChange={(chosen) => change(inMode(draft, chosen, format.typed))}
      />
      {mode === 'always' && entries[0] !== undefined && (
        <div className="form-line form-line-thirds">
          <Amount entry={entries[0]} error={errors[entries[0].id]?.amount} onChange={changeEntry} />
        </div>
      )}
      {mode === 'by-time' && (
        <ul className="speed-entries">
          {entries.map((entry) => (
            <li key={entry.id}>
              <Field
                label={words.from}
                type="time"
                width="short"
                value={entry.at}
                error={errors[entry.id]?.at}
                onChange={(at) => changeEntry(entry.id, { at })}
              />
              <Select
                label={words.mode}
                value={entry.kind}
                options={[
                  { value: 'full', label: words.modes.full },
                  { value: 'limited', label: words.modes.always },
                  { value: 'paused', label: words.modes.paused },
                ]}
                onChange={(kind) => changeEntry(entry.id, { kind })}
              />
              {entry.kind === 'limited' && (
                <Amount entry={entry} error={errors[entry.id]?.amount} onChange={changeEntry} />
              )}
              {entries.length > 1 && (
                <IconButton
                  label={words.remove}
                  icon={X}
                  onClick={() => change({ mode, entries: entries.filter(({ id }) => id !== entry.id) })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <FormButtons draft={{ ...state, isUnsaved }}>
        <Button kind="primary" isSubmit>
          {t.save}
        </Button>
        {mode === 'by-time' && entries.length < MAX_ENTRIES && (
          <Button icon={Plus} onClick={() => change({ mode, entries: [...entries, newEntry(format.typed)] })}>
            {words.add}
          </Button>
        )}
      </FormButtons>
      <p className="soft tabular">{words.now(t.limit(limit))}</p>
    </Form>
  )
}

interface AmountProps {
  readonly entry: SpeedEntryDraft
  readonly error: string | undefined
  readonly onChange: (id: string, part: Partial<SpeedEntryDraft>) => void
}

function Amount({ entry: { id, amount, unit }, error, onChange }: AmountProps) {
  const { t } = useLanguage()
  const words = t.settings.speed
  return (
    <Field
      label={words.amount}
      width="short"
      inputMode="decimal"
      value={amount}
      error={error}
      onChange={(typed) => onChange(id, { amount: typed })}
      after={
        <Select<SpeedUnit>
          label={words.unit}
          value={unit}
          options={[
            { value: 'KB/s', label: 'KB/s' },
            { value: 'MB/s', label: 'MB/s' },
          ]}
          onChange={(chosen) => onChange(id, { unit: chosen })}
        />
      }
    />
  )
}
