import { expect, test } from 'vitest'
import { standingOf } from './standing.ts'

const calm = {
  engine: 'running',
  isPaused: false,
  toGo: 0,
  toReview: 0,
  isHeld: false,
  limit: { bytesPerSecond: null },
} as const

test('while only decisions wait, nobody is told that there is nothing to do', () => {
  expect(standingOf({ ...calm, toReview: 3 })).toBe('review')
  expect(standingOf({ ...calm, toReview: 3, toGo: 1 })).toBe('working')
  expect(standingOf(calm)).toBe('idle')
})

test('an engine that is away is not said to work', () => {
  expect(standingOf({ ...calm, engine: 'stopped', toGo: 35 })).toBe('stopped')
  expect(standingOf({ ...calm, engine: 'restarting', isPaused: true, toGo: 35 })).toBe('restarting')
})

test('files that stand still by a timetable or a full NAS wait, and are not worked on', () => {
  expect(standingOf({ ...calm, toGo: 2, limit: { bytesPerSecond: 0 } })).toBe('waiting')
  expect(standingOf({ ...calm, toGo: 2, isHeld: true })).toBe('waiting')
})
