import { expect, test } from 'vitest'
import { beside } from './beside.ts'
import { DECISIONS, decisionOf, decisionsFor, QUICK_DECISIONS } from './decisions.ts'

test('no key of the upload list replaces a design, least of all the one that tries again', () => {
  const keys = DECISIONS.map(({ key }) => key)
  expect(keys.map((key) => decisionOf(key, QUICK_DECISIONS))).not.toContain('replace')
  expect(decisionOf('r', QUICK_DECISIONS)).toBeNull()
  expect(decisionOf('R', decisionsFor(1, 0))).toBe('replace')
})

test('several files cannot take one place, nor one the place of what it resembles less', () => {
  expect(decisionOf('r', decisionsFor(2, 0))).toBeNull()
  expect(decisionOf('r', decisionsFor(1, 1))).toBeNull()
})

test('the smaller picture is told by its area, and none where one is not known', () => {
  const [small, large] = [
    { width: 456, height: 409 },
    { width: 570, height: 512 },
  ]
  expect([beside(small, large), beside(large, small), beside(small, small)]).toEqual(['smaller', 'larger', 'equal'])
  expect(beside({ width: 10, height: 90 }, { width: 30, height: 31 })).toBe('smaller')
  expect([beside(null, large), beside(small, null)]).toEqual(['unknown', 'unknown'])
})
