import { Choices, Field } from '../../components/field.tsx'
import { useLanguage } from '../../texts/language.tsx'
import type { TemplateDraft, TemplateErrors } from './template-draft.ts'

interface PreparationFieldsProps {
  readonly draft: Pick<TemplateDraft, 'trim' | 'rotate' | 'maxEnlargement'>
  readonly errors: TemplateErrors
  readonly onChange: (part: Partial<TemplateDraft>) => void
}

/** What is done to a design before it is sent, beside bringing it to its printed size. */
export function PreparationFields({ draft, errors, onChange }: PreparationFieldsProps) {
  const { t } = useLanguage()
  const words = t.settings.template
  return (
    <div className="form-line form-line-thirds">
      <Choices
        label={words.margin}
        value={draft.trim ? 'trim' : 'keep'}
        choices={[
          { value: 'trim', label: words.margins.trim },
          { value: 'keep', label: words.margins.keep },
        ]}
        onChange={(value) => onChange({ trim: value === 'trim' })}
      />
      <Choices
        label={words.rotate}
        value={draft.rotate ? 'yes' : 'no'}
        choices={[
          { value: 'no', label: words.rotations.no },
          { value: 'yes', label: words.rotations.yes },
        ]}
        onChange={(value) => onChange({ rotate: value === 'yes' })}
      />
      <Field
        label={words.maxEnlargement}
        value={draft.maxEnlargement}
        unit={words.times}
        inputMode="decimal"
        error={errors.maxEnlargement}
        onChange={(maxEnlargement) => onChange({ maxEnlargement })}
      />
    </div>
  )
}
