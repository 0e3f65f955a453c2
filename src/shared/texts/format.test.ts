import { expect, test } from 'vitest'
import { createFormat } from './format.ts'

const { bytes, duration, percent, when } = createFormat('en')

test('bytes have three digits and never read 1000 of a unit', () => {
  expect([1, 0.6, 1.6].map(bytes)).toEqual(['1 byte', '1 byte', '2 bytes'])
  expect([0, 999, 999_499, 1_234_567, 12_345_678, 123_456_789, 999_600_000].map(bytes)).toEqual([
    '0 bytes',
    '999 bytes',
    '999 KB',
    '1.23 MB',
    '12.3 MB',
    '123 MB',
    '1.00 GB',
  ])
})

test('a language has its own decimal sign', () => {
  const spanish = createFormat('es')
  expect(spanish.bytes(1_234_567)).toBe('1,23 MB')
  expect(spanish.ms(12.94)).toBe('12,9 ms')
  expect([4.33, 300, 0.125].map(spanish.typed)).toEqual(['4,33', '300', '0,125'])
})

test('a duration is no more exact than an estimate, and never reads 60 of a unit', () => {
  expect(
    [900, 9_400, 42_000, 59_400, 90_000, 3_590_000, 3_600_000, 7_170_000, 4_000_000, 86_400_000, 764 * 3_600_000].map(
      duration,
    ),
  ).toEqual(['1 s', '9 s', '40 s', '1 min', '2 min', '1 h', '1 h', '2 h', '1 h 5 min', '1 d', '32 d'])
})

test('an hour that is nearly full is told as the next one', () => {
  expect([7_080_000, 7_020_000].map(duration)).toEqual(['2 h', '1 h 55 min'])
})

test('a percentage stays between 0 and 100 when bytes were counted twice', () => {
  expect([percent(-0.2), percent(0.456), percent(1.3)]).toEqual(['0%', '46%', '100%'])
})

test('today has a time, another day its date as well', () => {
  const noon = new Date(2026, 10, 23, 12, 5).getTime()
  expect(when(noon, noon + 1000)).toMatch(/^12:05/)
  expect(when(noon, noon + 86_400_000)).toMatch(/Nov 23/)
})
