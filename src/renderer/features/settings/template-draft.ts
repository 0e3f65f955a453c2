import { remoteFileName } from '../../../shared/domain/remote-name.ts'
import {
  DEFAULT_MAX_ENLARGEMENT,
  DEFAULT_NAME_PATTERN,
  FITS,
  isPreparable,
  type Template,
  templateSchema,
} from '../../../shared/domain/shop.ts'
import type { Texts } from '../../texts/en.ts'

/** A template as it stands in the form, valid or not. */
export interface TemplateDraft {
  readonly name: string
  readonly width: string
  readonly height: string
  readonly dpi: string
  readonly fit: Template['fit']
  /** What is below holds only where designs are prepared. */
  readonly isPrepared: boolean
  readonly trim: boolean
  readonly rotate: boolean
  readonly maxEnlargement: string
  readonly pattern: string
}

export type TemplateErrors = Partial<Record<'name' | 'width' | 'height' | 'dpi' | 'maxEnlargement' | 'pattern', string>>

/** A new template starts as the wrap of a 16 oz cup. */
const FIRST: TemplateDraft = {
  name: 'UVDTF 16oz',
  width: '9.5',
  height: '4.33',
  dpi: '300',
  fit: FITS[0],
  isPrepared: false,
  trim: true,
  rotate: false,
  maxEnlargement: String(DEFAULT_MAX_ENLARGEMENT),
  pattern: DEFAULT_NAME_PATTERN,
}

export function templateDraftOf(template: Template | null): TemplateDraft {
  if (template === null) return FIRST
  const { preparation } = template
  return {
    ...FIRST,
    name: template.name,
    width: String(template.widthInches),
    height: String(template.heightInches),
    dpi: String(template.dpi),
    fit: template.fit,
    ...(preparation !== undefined && {
      ...preparation,
      isPrepared: true,
      maxEnlargement: String(preparation.maxEnlargement),
    }),
    pattern: template.namePattern,
  }
}

/** The template that the form describes, or what is wrong with it, by field. */
export function templateOf(
  draft: TemplateDraft,
  ids: { readonly id: string; readonly shopId: string },
  t: Texts,
): { readonly ok: true; readonly template: Template } | { readonly ok: false; readonly errors: TemplateErrors } {
  const { invalid } = t.settings
  // a comma is the decimal sign of half the world
  const number = (text: string): number => Number(text.trim().replace(',', '.'))
  const [widthInches, heightInches, dpi] = [number(draft.width), number(draft.height), number(draft.dpi)]
  const isTooLarge = draft.isPrepared && !isPreparable({ widthInches, heightInches, dpi })
  const errors: TemplateErrors = {
    ...(draft.name.trim() === '' && { name: invalid.required }),
    ...(isTooLarge && { dpi: invalid.tooLarge }),
    ...(!(widthInches > 0) && { width: invalid.positive }),
    ...(!(heightInches > 0) && { height: invalid.positive }),
    ...(!(Number.isInteger(dpi) && dpi > 0) && { dpi: invalid.positive }),
    ...(draft.isPrepared && !(number(draft.maxEnlargement) >= 1) && { maxEnlargement: invalid.factor }),
    ...(!draft.pattern.includes('{number}') && { pattern: invalid.pattern }),
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const template = templateSchema.parse({
    ...ids,
    name: draft.name.trim(),
    widthInches,
    heightInches,
    dpi,
    fit: draft.fit,
    ...(draft.isPrepared && {
      preparation: { trim: draft.trim, rotate: draft.rotate, maxEnlargement: number(draft.maxEnlargement) },
    }),
    namePattern: draft.pattern.trim(),
  })
  return { ok: true, template }
}

/** What the first file of a template will be called on the NAS. */
export function exampleName({ pattern, name }: TemplateDraft): string {
  return remoteFileName({ name: name.trim(), namePattern: pattern.trim() }, 1, 'png')
}
