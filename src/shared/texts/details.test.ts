import { expect, test } from 'vitest'
import type { Detail } from '../domain/detail.ts'
import { describeDetail, sayInEnglish } from './details-en.ts'
import { sayInSpanish } from './details-es.ts'

const refused: Detail = {
  says: 'at',
  path: '/designs',
  what: { says: 'status', words: 'Failure', status: 4 },
}

test('what Galley says is said in the language of the reader, with its facts, and what a server says stands between marks', () => {
  expect(sayInEnglish(refused)).toBe('/designs: “Failure” (status 4)')
  expect(sayInSpanish(refused)).toBe('/designs: «Failure» (estado 4)')
  const slow: Detail = { says: 'not-within', phase: 'reach', seconds: 0.5 }
  expect([sayInEnglish(slow), sayInSpanish(slow)]).toEqual(['no connection within 0.5 s', 'no hubo conexión en 0,5 s'])
})

test('what an older Galley wrote down as text is shown as text, and what a newer one said does no harm', () => {
  expect([sayInSpanish('ECONNREFUSED'), describeDetail('ECONNREFUSED')]).toEqual(['«ECONNREFUSED»', 'ECONNREFUSED'])
  const unknown = JSON.parse('{"says":"of-a-later-version","bytes":1}')
  expect(sayInSpanish(unknown)).toBe('«{"says":"of-a-later-version","bytes":1}»')
})
