import { remoteFileName } from '../../../shared/domain/remote-name.ts'
import {
  DEFAULT_MAX_ENLARGEMENT,
  DEFAULT_NAME_PATTERN,
  FITS,
  isPreparable,
  type Template,
  templateRulesSchema,
  templateSchema,
} from '../../../shared/domain/shop.ts'
import type { Texts } from '../../texts/en.ts'

/** A template as it stands in the form, valid or not. */
export interface TemplateDraft {
  readonly name: string
  /** Of a new one; the name where empty. */
  readonly code: string
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

export type TemplateErrors = Partial<
  Record<'name' | 'code' | 'width' | 'height' | 'dpi' | 'maxEnlargement' | 'pattern', string>
>

/** A template as it is saved; `code`: of a new one that is not to be called by its name. */
export type TemplateToSave = Template & { readonly code?: string }

/** A new template starts as the wrap of a 16 oz cup. */
const FIRST: Pick<Template, 'name' | 'widthInches' | 'heightInches' | 'dpi' | 'fit' | 'namePattern' | 'preparation'> = {
  name: 'UVDTF 16oz',
  widthInches: 9.5,
  heightInches: 4.33,
  dpi: 300,
  fit: FITS[0],
  namePattern: DEFAULT_NAME_PATTERN,
}

/** The form of a template, a new one for null; `typed` writes numbers as a person of the language does. */
export function templateDraftOf(template: Template | null, typed: (value: number) => string): TemplateDraft {
  const { name, widthInches, heightInches, dpi, fit, namePattern, preparation } = template ?? FIRST
  return {
    name,
    code: '',
    width: typed(widthInches),
    height: typed(heightInches),
    dpi: typed(dpi),
    fit,
    isPrepared: preparation !== undefined,
    trim: preparation?.trim ?? true,
    rotate: preparation?.rotate ?? false,
    maxEnlargement: typed(preparation?.maxEnlargement ?? DEFAULT_MAX_ENLARGEMENT),
    pattern: namePattern,
  }
}

/** The template that the form describes, or what is wrong with it, by field. */
export function templateOf(
  draft: TemplateDraft,
  ids: { readonly id: string; readonly shopId: string },
  t: Texts,
): { readonly ok: true; readonly template: TemplateToSave } | { readonly ok: false; readonly errors: TemplateErrors } {
  const { invalid } = t.settings
  // a comma is the decimal sign of half the world
  const number = (text: string): number => Number(text.trim().replace(',', '.'))
  const [widthInches, heightInches, dpi] = [number(draft.width), number(draft.height), number(draft.dpi)]
  const code = draft.code.trim()
  const isTooLarge = draft.isPrepared && !isPreparable({ widthInches, heightInches, dpi })
  const errors: TemplateErrors = {
    ...(!templateRulesSchema.shape.name.safeParse(draft.name).success && { name: invalid.name }),
    ...(code !== '' && !templateRulesSchema.shape.name.safeParse(code).success && { code: invalid.name }),
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
  return { ok: true, template: code === '' ? template : { ...template, code } }
}

/** What the first file of a template will be called on the NAS; a new one's code is its name. */
export function exampleName({ pattern, name, code: typed }: TemplateDraft, code = typed.trim() || name): string {
  return remoteFileName({ code: code.trim(), namePattern: pattern.trim() }, 1, 'png')
}
