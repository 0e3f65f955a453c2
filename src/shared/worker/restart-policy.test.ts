import { expect, test } from 'vitest'
import { decideRestart, ENGINE_RESTART_LIMITS } from './restart-policy.ts'

const MINUTE = 60_000

test('each crash within the window waits longer, and the third gives up', () => {
  expect(decideRestart([0], 0, ENGINE_RESTART_LIMITS)).toEqual({ kind: 'restart', afterMs: 250 })
  expect(decideRestart([0, MINUTE], MINUTE, ENGINE_RESTART_LIMITS)).toEqual({ kind: 'restart', afterMs: 1000 })
  expect(decideRestart([0, MINUTE, 4 * MINUTE], 4 * MINUTE, ENGINE_RESTART_LIMITS)).toEqual({ kind: 'give-up' })
})

test('crashes of long ago are forgiven: one a day for a week never gives up', () => {
  const day = 24 * 60 * MINUTE
  const week = Array.from({ length: 7 }, (_, n) => n * day)
  expect(decideRestart(week, 6 * day, ENGINE_RESTART_LIMITS)).toEqual({ kind: 'restart', afterMs: 250 })
})

test('a crash exactly at the edge of the window no longer counts', () => {
  const times = [0, MINUTE, 5 * MINUTE]
  expect(decideRestart(times, 5 * MINUTE, ENGINE_RESTART_LIMITS).kind).toBe('restart')
  expect(decideRestart(times, 5 * MINUTE - 1, ENGINE_RESTART_LIMITS).kind).toBe('give-up')
})
