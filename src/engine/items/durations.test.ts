import { expect, test } from 'vitest'
import { batchRequestSchema, MAX_DURATIONS } from '../../shared/api/records.ts'
import { createDurations } from './durations.ts'

test('a service is told of its own shop’s work, once it took that, and of no more than it reads', () => {
  const durations = createDurations()
  durations.note('a', 'upload', 1_500)
  durations.note('b', 'matching', 20)
  const first = durations.of('a')
  expect(first).toEqual({ upload: [1.5], matching: [] })
  // It did not answer, and work goes on.
  durations.note('a', 'upload', 2_000)
  expect(durations.of('a')).toEqual({ upload: [1.5, 2], matching: [] })
  if (first !== undefined) durations.told('a', first)
  expect([durations.of('a'), durations.of('b')]).toEqual([
    { upload: [2], matching: [] },
    { upload: [], matching: [0.02] },
  ])
  for (let n = 0; n < 2 * MAX_DURATIONS; n += 1) durations.note('a', 'matching', n)
  expect(batchRequestSchema.safeParse({ records: [1], took: durations.of('a') }).success).toBe(true)
})
