import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test.each([
  [1, 1_000],
  [2, 2_000],
  [5, 16_000],
  [10, 300_000],
  [2_000, 300_000],
])('after attempt %i at most %i ms', (attempt, most) => {
  expect(backoffMs(attempt, 1)).toBe(most)
})

test('is spread from nothing to the most, and never undercuts what the other side asked for', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1_000_000), (attempt, random, asked) => {
      const ms = backoffMs(attempt, random)
      expect(ms).toBeGreaterThanOrEqual(0)
      expect(ms).toBeLessThanOrEqual(300_000)
      expect(backoffMs(attempt, random, asked)).toBe(Math.max(ms, asked))
    }),
  )
})
