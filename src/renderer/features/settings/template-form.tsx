import { useState } from 'react'
import { printPixels } from '../../../shared/domain/print-size.ts'
import type { Template } from '../../../shared/domain/shop.ts'
import { Button } from '../../components/button.tsx'
import { Choices, Field } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { FormButtons } from './form-buttons.tsx'
import { PreparationFields } from './preparation-fields.tsx'
import { exampleName, type TemplateDraft, type TemplateErrors, templateDraftOf, templateOf } from './template-draft.ts'
import { useDraft } from './use-draft.ts'
import { useLedTo } from './use-held.ts'

interface TemplateFormProps {
  readonly id: string
  readonly shopId: string
  readonly template: Template | null
  /** Answers whether it was saved. */
  readonly onSave: (template: Template) => Promise<boolean>
  readonly saveLabel: string
  /** A step of the set-up: its first field has the focus. */
  readonly isStep?: boolean
}

/** A product: how large it is printed and how its files are named. */
export function TemplateForm({ id, shopId, template, onSave, saveLabel, isStep = false }: TemplateFormProps) {
  const { t, format } = useLanguage()
  const ledTo = useLedTo('template')
  const state = useDraft('template', `${shopId}/${template?.id ?? ''}`, templateDraftOf(template, format.typed))
  const { draft } = state
  const [errors, setErrors] = useState<TemplateErrors>({})
  const words = t.settings.template
  const change = (part: Partial<TemplateDraft>): void => {
    state.change(part)
    setErrors({})
  }
  const parsed = templateOf(draft, { id, shopId }, t)
  const save = async (): Promise<void> => {
    if (!parsed.ok) setErrors(parsed.errors)
    else if (await onSave(parsed.template)) state.discard()
  }
  return (
    <Form onSubmit={() => void save()}>
      <Field
        label={words.name}
        value={draft.name}
        error={errors.name}
        isFocused={isStep}
        ledTo={ledTo}
        onChange={(name) => change({ name })}
      />
      <div className="form-line form-line-thirds">
        <Field
          label={words.width}
          value={draft.width}
          unit={words.inches}
          inputMode="decimal"
          error={errors.width}
          onChange={(width) => change({ width })}
        />
        <Field
          label={words.height}
          value={draft.height}
          unit={words.inches}
          inputMode="decimal"
          error={errors.height}
          onChange={(height) => change({ height })}
        />
        <Field
          label={words.dpi}
          value={draft.dpi}
          unit={words.dpiUnit}
          inputMode="numeric"
          error={errors.dpi}
          onChange={(dpi) => change({ dpi })}
        />
      </div>
      <Choices
        label={words.fit}
        value={draft.fit}
        choices={[
          { value: 'stretch', label: words.fits.stretch },
          { value: 'contain', label: words.fits.contain },
          { value: 'canvas', label: words.fits.canvas },
        ]}
        onChange={(fit) => change({ fit })}
      />
      <Choices
        label={words.prepare}
        value={draft.isPrepared ? 'on' : 'off'}
        choices={[
          { value: 'off', label: words.prepareOff },
          { value: 'on', label: words.prepareOn },
        ]}
        onChange={(value) => change({ isPrepared: value === 'on' })}
      />
      {draft.isPrepared && <PreparationFields draft={draft} errors={errors} onChange={change} />}
      <Field
        label={words.pattern}
        value={draft.pattern}
        hint={words.patternHint}
        error={errors.pattern}
        onChange={(pattern) => change({ pattern })}
      />
      <p className="form-example soft tabular">
        {words.example(exampleName(draft))}
        {parsed.ok && ` · ${words.pixels(printPixels(parsed.template).width, printPixels(parsed.template).height)}`}
      </p>
      <FormButtons draft={isStep ? null : state}>
        <Button kind="primary" isSubmit>
          {saveLabel}
        </Button>
      </FormButtons>
    </Form>
  )
}
