import { expect, test } from 'vitest'
import { EXIT } from './exit-codes.ts'
import { parseNumber } from './parse-number.ts'

test('a number is whole and from 1 on, and what is none is a mistake of usage', () => {
  expect(['1', '42', '999999999999999'].map(parseNumber)).toEqual([1, 42, 999_999_999_999_999])
  for (const text of ['0', '01', '-1', '1.5', '1e3', '', ' 1', 'two', '9999999999999999']) {
    let said: unknown
    try {
      said = parseNumber(text)
    } catch (error) {
      said = error
    }
    expect(said, text).toMatchObject({ exitCode: EXIT.usage, message: `--number: ${text} is not a number from 1.` })
  }
})
