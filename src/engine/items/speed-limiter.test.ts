import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import type { SpeedLimit, Timetable } from '../../shared/domain/speed-limit.ts'
import { createSpeedLimiter } from './speed-limiter.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MB = 1_000_000
const SHOP_HOURS: Timetable = [
  { at: '08:00', bytesPerSecond: 2 * MB },
  { at: '19:00', bytesPerSecond: null },
]
const LIMITED = { bytesPerSecond: 2 * MB, until: '19:00' }
const FULL = { bytesPerSecond: null, until: '08:00' }

const zone = process.env.TZ
beforeEach(() => {
  process.env.TZ = 'Europe/Berlin'
})
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

/** A limiter at a local time of a day in winter, or of the day given. */
async function startAt(localTime: string, timetable: Timetable, day = '2026-01-15') {
  const test = await openTestCatalog()
  await test.catalog.write(() => test.catalog.settings.setTimetable(timetable))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const wall = { ms: new Date(`${day}T${localTime}`).getTime() }
  const seen: SpeedLimit[] = []
  const clock = { now: () => wall.ms, monotonic: () => 0 }
  const limiter = createSpeedLimiter(test.catalog, clock, (limit) => seen.push(limit))
  seen.unshift(limiter.now)
  return {
    limiter,
    seen,
    wall,
    catalog: test.catalog,
    pass: async (ms: number, stepMs = 10_000) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        wall.ms += stepMs
        await vi.advanceTimersByTimeAsync(stepMs)
      }
    },
    set: async (to: Timetable) => {
      const saved = limiter.set(to)
      // The catalog gathers writes for a moment.
      await vi.runOnlyPendingTimersAsync()
      await saved
    },
    async [Symbol.asyncDispose]() {
      limiter.dispose()
      vi.useRealTimers()
      await test[Symbol.asyncDispose]()
    },
  }
}

test('the limit changes on the minute it is due, and over midnight', async () => {
  await using test = await startAt('18:59:30', SHOP_HOURS)
  expect(test.seen).toEqual([LIMITED])
  await test.pass(29_000, 1000)
  expect(test.seen).toHaveLength(1)
  await test.pass(1000, 1000)
  expect(test.seen).toEqual([LIMITED, FULL])
  await test.pass(12 * HOUR)
  expect(test.seen).toHaveLength(2)
  await test.pass(HOUR)
  expect(test.seen).toEqual([LIMITED, FULL, LIMITED])
})

test('after a sleep of hours, or a clock that was set, the right limit holds within seconds', async () => {
  await using test = await startAt('09:00:00', SHOP_HOURS)
  test.wall.ms += 14 * HOUR
  await test.pass(10_000)
  expect(test.seen).toEqual([LIMITED, FULL])
  test.wall.ms -= 14 * HOUR
  await test.pass(10_000)
  expect(test.seen).toEqual([LIMITED, FULL, LIMITED])
})

test.each([
  ['that spring leaves out holds from the end of the gap on', '2026-03-29', '01:59:50', [null, 2 * MB]],
  ['that autumn has twice holds from each on', '2026-10-25', '02:29:50', [null, 2 * MB, null, 2 * MB]],
])('a time of day %s', async (_what, day, from, expected) => {
  const atNight: Timetable = [
    { at: '02:30', bytesPerSecond: 2 * MB },
    { at: '04:00', bytesPerSecond: null },
  ]
  await using test = await startAt(from, atNight, day)
  await test.pass(90 * MINUTE)
  expect(test.seen.map(({ bytesPerSecond }) => bytesPerSecond).slice(0, expected.length)).toEqual(expected)
})

test('a timetable that is set holds at once and at the next start; without one no timer runs', async () => {
  await using test = await startAt('09:00:00', [])
  expect(vi.getTimerCount()).toBe(0)
  await test.set(SHOP_HOURS)
  expect(test.seen.at(-1)).toEqual(LIMITED)
  expect(test.catalog.settings.timetable()).toEqual(SHOP_HOURS)
  await test.set([{ at: '00:00', bytesPerSecond: MB }])
  expect(test.limiter.now).toEqual({ bytesPerSecond: MB, until: null })
  expect(vi.getTimerCount()).toBe(0)
})
