import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limitAt, type Timetable, timetableSchema } from './speed-limit.ts'

const DAY = 24 * 60
const timeOf = (minute: number): string => {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`
}
const anyMinute = fc.nat({ max: DAY - 1 })
const anyTimetable: fc.Arbitrary<Timetable> = fc
  .uniqueArray(anyMinute, { maxLength: 8 })
  .chain((minutes) =>
    fc.tuple(
      ...minutes.map((minute) =>
        fc.record({ at: fc.constant(timeOf(minute)), bytesPerSecond: fc.constantFrom(null, 0, 512_000, 2_000_000) }),
      ),
    ),
  )

/** The entry met first when the clock is turned back minute by minute. */
function lookBack(timetable: Timetable, minute: number): number | null {
  for (let back = 0; back < DAY; back++) {
    const found = timetable.find(({ at }) => at === timeOf((minute - back + DAY) % DAY))
    if (found !== undefined) return found.bytesPerSecond
  }
  return null
}

test('at each minute the entry holds that came last, over midnight too, in whatever order they are written', () => {
  fc.assert(
    fc.property(anyTimetable, anyMinute, (timetable, minute) => {
      const isEndlessPause = timetable.length > 0 && timetable.every(({ bytesPerSecond }) => bytesPerSecond === 0)
      expect(timetableSchema.safeParse(timetable).success).toBe(!isEndlessPause)
      expect(limitAt(timetable, minute).bytesPerSecond).toBe(lookBack(timetable, minute))
    }),
  )
})

test('until that time nothing changes, and then it does; a limit without an end is the same all day', () => {
  fc.assert(
    fc.property(anyTimetable, anyMinute, (timetable, minute) => {
      const { bytesPerSecond, until } = limitAt(timetable, minute)
      for (let later = 1; later <= DAY; later++) {
        const then = (minute + later) % DAY
        const isOther = limitAt(timetable, then).bytesPerSecond !== bytesPerSecond
        expect(isOther).toBe(timeOf(then) === until)
        if (isOther) return
      }
      expect(until).toBeNull()
    }),
    { numRuns: 50 },
  )
})

test.each([
  ['a time that is none', [{ at: '24:00', bytesPerSecond: null }]],
  ['a limit at which nothing would be seen to move', [{ at: '08:00', bytesPerSecond: 100 }]],
  [
    'one time twice',
    [
      { at: '08:00', bytesPerSecond: null },
      { at: '08:00', bytesPerSecond: 0 },
    ],
  ],
])('%s is refused', (_what, timetable) => {
  expect(timetableSchema.safeParse(timetable).success).toBe(false)
})
