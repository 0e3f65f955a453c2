import { expect, test } from 'vitest'
import { FAILURES, type FailureCode, failure, waitsForSomebody } from '../../../shared/domain/failure.ts'
import { en } from '../../texts/en.ts'
import { es } from '../../texts/es.ts'
import { heldWords } from './held-words.ts'

const told = (code: FailureCode, others = 0, t = en): string => {
  const { title, text } = heldWords({ count: 38, failure: failure(code), others }, t, null)
  return `${title} ${text}`
}

test('says what happened, how many wait, and what to do about just that', () => {
  expect(told('nas-full')).toBe('The NAS is full. 38 files are waiting. Free space, then retry. Nothing is lost.')
  expect(told('key-locked')).toContain('38 files are waiting. Give its passphrase')
})

test('files that wait in the same way for another reason are told apart', () => {
  expect(told('permission-denied', 12)).toContain('38 files are waiting, 12 more for other reasons. Ask for')
  expect(told('permission-denied', 1)).toContain(', 1 more for other reasons.')
  expect(told('permission-denied', 1, es)).toContain(', y 1 más por otros motivos.')
  expect(told('permission-denied', 12, es)).toContain('38 archivos esperan, y 12 más por otros motivos. Pide')
})

test('no reason says a second time that files wait', () => {
  const holds = (Object.keys(FAILURES) as FailureCode[]).filter(waitsForSomebody)
  for (const t of [en, es])
    expect(holds.filter((code) => told(code, 0, t).match(/waiting|wait\b|esperan/gi)?.length !== 1)).toEqual([])
})
