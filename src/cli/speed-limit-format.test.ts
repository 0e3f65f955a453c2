import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeLimit, formatTimetable, parseLimits } from './speed-limit-format.ts'

test.each([
  [['2M'], [{ at: '00:00', bytesPerSecond: 2_000_000 }]],
  [['1.5mb/s'], [{ at: '00:00', bytesPerSecond: 1_500_000 }]],
  [['off'], []],
  [
    ['08:00,512K', '19:00,off', '23:30,paused'],
    [
      { at: '08:00', bytesPerSecond: 512_000 },
      { at: '19:00', bytesPerSecond: null },
      { at: '23:30', bytesPerSecond: 0 },
    ],
  ],
])('%j is read', (words, timetable) => {
  expect(parseLimits(words)).toEqual(timetable)
})

test.each([
  [['0']],
  [['2']],
  [['fast']],
  [['paused']],
  [['1K']],
  [['8:00,2M']],
  [['08:00']],
  [['08:00,2M', '08:00,off']],
])('%j is refused in words', (words) => {
  expect(() => parseLimits(words)).toThrow(/no limit|no timetable/)
})

test('what is written is read again as the same', () => {
  const rate = fc.oneof(fc.constantFrom(null, 0), fc.integer({ min: 16_000, max: 1e9 }))
  const entries = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 2, maxLength: 8 })
  fc.assert(
    fc.property(entries, fc.array(rate, { minLength: 8, maxLength: 8 }), (hours, rates) => {
      const timetable = hours.map((hour, n) => ({
        at: `${String(hour).padStart(2, '0')}:30`,
        bytesPerSecond: n === 0 ? null : (rates[n] ?? null),
      }))
      expect(parseLimits(formatTimetable(timetable).split(' '))).toEqual(timetable)
    }),
  )
})

test('what holds is told with its end', () => {
  expect(describeLimit({ bytesPerSecond: 2_000_000, until: '19:00' })).toBe('Limited to 2 MB/s until 19:00.')
  expect(describeLimit({ bytesPerSecond: 512_000, until: null })).toBe('Limited to 512 KB/s.')
  expect(describeLimit({ bytesPerSecond: 0, until: '19:00' })).toBe('Paused until 19:00.')
  expect(describeLimit({ bytesPerSecond: null, until: '08:00' })).toBe('Full speed until 08:00.')
})
