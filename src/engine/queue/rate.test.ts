import { expect, test } from 'vitest'
import { createRate } from './rate.ts'

function rateOver() {
  const time = { ms: 0 }
  return { time, rate: createRate({ now: () => 0, monotonic: () => time.ms }) }
}

test('comes to the speed of a steady flow, and back to nothing', () => {
  const { time, rate } = rateOver()
  let shown = 0
  for (; time.ms <= 30_000; time.ms += 100) shown = rate(time.ms * 5)
  expect(shown).toBeGreaterThan(4_900)
  expect(shown).toBeLessThanOrEqual(5_000)
  const total = time.ms * 5
  for (let end = time.ms + 60_000; time.ms <= end; time.ms += 100) shown = rate(total)
  expect(shown).toBe(0)
})

test('two looks at the same moment do not divide by zero, nor forget bytes', () => {
  const { time, rate } = rateOver()
  rate(0)
  time.ms = 1_000
  rate(1_000)
  expect(Number.isFinite(rate(9_000))).toBe(true)
  time.ms = 2_000
  const told = rate(9_000)
  expect(told).toBeGreaterThan(1_000)
})
