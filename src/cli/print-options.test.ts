import { expect, test } from 'vitest'
import type { Template } from '../shared/domain/shop.ts'
import { CliError } from './cli-error.ts'
import { type PrintOptions, withPrint } from './print-options.ts'

const template: Template = {
  id: 't',
  shopId: 's',
  name: 'UVDTF 16oz',
  widthInches: 9.5,
  heightInches: 4.33,
  dpi: 300,
  fit: 'contain',
  namePattern: '{number}',
}
const prepared: Template = { ...template, preparation: { trim: true, rotate: false, maxEnlargement: 2 } }

test.each<[what: string, before: Template, options: PrintOptions, after: Template]>([
  ['nothing: the template stays as it is', prepared, {}, prepared],
  [
    'a size and a fit',
    template,
    { print: '11x12.5@200', fit: 'canvas' },
    { ...template, widthInches: 11, heightInches: 12.5, dpi: 200, fit: 'canvas' },
  ],
  [
    'steps: those and no others, with the factor there was',
    prepared,
    { prepare: 'rotate' },
    { ...template, preparation: { trim: false, rotate: true, maxEnlargement: 2 } },
  ],
  [
    'resize alone, at first',
    template,
    { prepare: 'resize' },
    { ...template, preparation: { trim: false, rotate: false, maxEnlargement: 1.5 } },
  ],
  [
    'a factor: the steps stay',
    prepared,
    { maxEnlargement: '1.2' },
    { ...template, preparation: { trim: true, rotate: false, maxEnlargement: 1.2 } },
  ],
  [
    'a factor of one: any enlargement is warned of',
    prepared,
    { maxEnlargement: '1' },
    { ...template, preparation: { trim: true, rotate: false, maxEnlargement: 1 } },
  ],
  ['off', prepared, { prepare: 'off' }, template],
])('given %s', (_what, before, options, after) => {
  expect(withPrint(before, options)).toEqual(after)
})

test.each<PrintOptions>([
  { print: '9.5x4.33' },
  { print: '0x4@300' },
  { prepare: 'trim,sharpen' },
  { prepare: '' },
  { maxEnlargement: '2' },
  { prepare: 'trim', maxEnlargement: '0.5' },
  { prepare: 'trim', maxEnlargement: 'much' },
  { prepare: 'trim', print: '100x100@300' },
])('refused, with the option named: %j', (options) => {
  expect(() => withPrint(template, options)).toThrow(CliError)
  expect(() => withPrint(template, options)).toThrow(/--(print|prepare|max-enlargement)/)
})
