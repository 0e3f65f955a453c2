import { useState } from 'react'
import { printPixels } from '../../../shared/domain/print-size.ts'
import type { KeptTemplate, KnownTemplate } from '../../../shared/domain/template.ts'
import { Button } from '../../components/button.tsx'
import { Choices, Field } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { FormButtons } from './form-buttons.tsx'
import { PreparationFields } from './preparation-fields.tsx'
import { TemplateConflict } from './template-conflict.tsx'
import {
  exampleName,
  type TemplateDraft,
  type TemplateErrors,
  type TemplateToSave,
  templateDraftOf,
  templateOf,
} from './template-draft.ts'
import { useDraft } from './use-draft.ts'
import { useLedTo } from './use-held.ts'

interface TemplateFormProps {
  readonly id: string
  readonly shopId: string
  readonly template: KnownTemplate | null
  /** Answers whether it was saved. */
  readonly onSave: (template: TemplateToSave) => Promise<boolean>
  /** A person says which holds where it is not as the shop's. */
  readonly onSettle?: (kept: KeptTemplate) => Promise<unknown>
  readonly saveLabel: string
  /** Nothing can be saved now. */
  readonly isReadOnly?: boolean
  /** A step of the set-up: its first field has the focus. */
  readonly isStep?: boolean
}

/** A product: how large it is printed and how its files are named. */
export function TemplateForm(props: TemplateFormProps) {
  const { id, shopId, template, onSave, onSettle, saveLabel, isReadOnly = false, isStep = false } = props
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
  const keepEdited = async (kept: KeptTemplate): Promise<void> => {
    if (kept === 'mine') await save()
    else state.discard()
  }
  const isEdited = template !== null && state.isContested
  return (
    <Form onSubmit={() => void save()}>
      {template?.theirs != null && onSettle !== undefined && (
        <TemplateConflict
          why="joined"
          revision={template.theirs.revision}
          theirs={template.theirs}
          mine={template}
          onKeep={onSettle}
        />
      )}
      {isEdited && parsed.ok && (
        <TemplateConflict
          why="changed"
          revision={template.revision}
          theirs={template}
          mine={{ ...parsed.template, folder: template.folder }}
          onKeep={keepEdited}
        />
      )}
      {isReadOnly && (
        <p className="soft" role="status">
          {words.readOnly}
        </p>
      )}
      <fieldset className="template-fields" disabled={isReadOnly}>
        <Field
          label={words.name}
          value={draft.name}
          error={errors.name}
          isFocused={isStep}
          ledTo={ledTo}
          onChange={(name) => change({ name })}
        />
        {template === null && !isStep && (
          <Field
            label={words.code}
            value={draft.code}
            placeholder={draft.name}
            hint={words.codeHint}
            error={errors.code}
            onChange={(code) => change({ code })}
          />
        )}
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
          {words.example(exampleName(draft, template?.code))}
          {parsed.ok && ` · ${words.pixels(printPixels(parsed.template).width, printPixels(parsed.template).height)}`}
        </p>
        {template !== null && <p className="form-example soft">{words.stays(template.code, template.folder)}</p>}
        <FormButtons draft={isStep ? null : state}>
          <Button kind={isEdited ? 'plain' : 'primary'} isSubmit>
            {saveLabel}
          </Button>
        </FormButtons>
      </fieldset>
    </Form>
  )
}
