import { expect, test } from 'vitest'
import { lookedAt } from './review-slice.ts'

test('after a decision the next design takes the place of the decided one', () => {
  expect(lookedAt(['a', 'c', 'd'], 'b', 1)).toBe('c')
})

test('after the last was decided the one before it is looked at, and none when all are', () => {
  expect(lookedAt(['a', 'b'], 'c', 2)).toBe('b')
  expect(lookedAt([], 'c', 0)).toBeNull()
})

test('what was chosen stays chosen while it is there', () => {
  expect(lookedAt(['a', 'b', 'c'], 'c', 0)).toBe('c')
})
