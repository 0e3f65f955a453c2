import { DEFAULT_MAX_ENLARGEMENT, type Preparation, type Template, templateSchema } from '../shared/domain/shop.ts'
import { usageError } from './cli-error.ts'

export interface PrintOptions {
  readonly print?: string
  readonly fit?: Template['fit']
  readonly prepare?: string
  readonly maxEnlargement?: string
}

const SIZE = /^(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)@(\d+)$/
const STEPS = ['resize', 'trim', 'rotate']

/** The template with the printed size and the preparation that were given; the very same where none was. */
export function withPrint(template: Template, options: PrintOptions): Template {
  const { print, fit, prepare, maxEnlargement } = options
  if ([print, fit, prepare, maxEnlargement].every((given) => given === undefined)) return template
  const { preparation: before, ...rest } = template
  const preparation = preparationOf(before, options)
  const checked = templateSchema.safeParse({
    ...rest,
    ...(print === undefined ? {} : sizeOf(print)),
    ...(fit === undefined ? {} : { fit }),
    ...(preparation === undefined ? {} : { preparation }),
  })
  if (!checked.success) throw usageError(`--print, --prepare: ${checked.error.issues[0]?.message}`)
  return checked.data
}

/** `9.5x4.33@300`: inches and dpi. */
function sizeOf(print: string): Pick<Template, 'widthInches' | 'heightInches' | 'dpi'> {
  const [, width, height, dpi] = SIZE.exec(print) ?? []
  if (dpi === undefined) throw usageError(`--print: ${print} is not of the form 9.5x4.33@300 (inches, dpi)`)
  return { widthInches: Number(width), heightInches: Number(height), dpi: Number(dpi) }
}

function preparationOf(
  before: Preparation | undefined,
  { prepare, maxEnlargement }: PrintOptions,
): Preparation | undefined {
  const wished = prepare === undefined ? before : stepsOf(prepare, before?.maxEnlargement ?? DEFAULT_MAX_ENLARGEMENT)
  if (maxEnlargement === undefined) return wished
  if (wished === undefined) throw usageError('--max-enlargement: the template prepares nothing; give --prepare too.')
  const factor = Number(maxEnlargement)
  if (!(factor >= 1)) throw usageError('--max-enlargement: give a number from 1 on.')
  return { ...wished, maxEnlargement: factor }
}

/** `off`, or what is done: `resize`, `trim,rotate`. */
function stepsOf(prepare: string, maxEnlargement: number): Preparation | undefined {
  if (prepare === 'off') return undefined
  const steps = prepare.split(',')
  if (!steps.every((step) => STEPS.includes(step)))
    throw usageError(`--prepare: give off, or some of ${STEPS.join(',')}`)
  return { trim: steps.includes('trim'), rotate: steps.includes('rotate'), maxEnlargement }
}
