import { expect, test } from 'vitest'
import { FAILURES, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { en } from './en.ts'
import { es } from './es.ts'

/** Every text that is not a function, by its path. */
function plainTexts(part: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as const]
      : typeof value === 'object' && value !== null
        ? plainTexts(value, `${path}${key}.`)
        : [],
  )
}

test('no text is empty in any language', () => {
  for (const texts of [en, es]) expect(plainTexts(texts).filter(([, value]) => value.trim() === '')).toEqual([])
})

test('the Spanish catalog is Spanish: few texts are the same as in English', () => {
  const english = new Map(plainTexts(en))
  const same = plainTexts(es).filter(([path, value]) => english.get(path) === value)
  expect(same.length).toBeLessThan(plainTexts(es).length * 0.1)
})

test('a failure is told in the language of the window, what to do included', () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    const english = failure(code)
    const { message, action } = es.failure(english)
    expect([message, action].filter((text) => text.trim() === '' || text === english.message)).toEqual([])
  }
  expect(en.failure(failure('empty-file')).message).toBe('The file is empty.')
})

test('a batch that brought nothing new says so in the words of the design', () => {
  expect(en.batch.allKnown(17)).toBe('All 17 designs are already in the library')
})
