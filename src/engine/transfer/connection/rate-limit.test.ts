import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

const KB = 1000
const MB = 1000 * KB

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const now = (): number => performance.now()
const anyRate = fc.integer({ min: 16 * KB, max: 50 * MB })
const anySizes = fc.array(fc.integer({ min: 1, max: 255 * 1024 }), { minLength: 1, maxLength: 40 })

function limitOf(rate: number | null) {
  const limit = createRateLimit(now)
  limit.set(rate)
  const passed: { readonly bytes: number; readonly atMs: number }[] = []
  const ask = (bytes: number, signal?: AbortSignal): void =>
    void limit.take(bytes, signal).then(() => passed.push({ bytes, atMs: now() }))
  return { limit, passed, ask, bytesPassed: () => passed.reduce((sum, { bytes }) => sum + bytes, 0) }
}

test('each passes when those before it are paid for at the rate: no earlier, and no later', async () => {
  await fc.assert(
    fc.asyncProperty(anyRate, anySizes, async (rate, sizes) => {
      const { ask, passed } = limitOf(rate)
      const from = now()
      for (const bytes of sizes) ask(bytes)
      await vi.runAllTimersAsync()
      expect(passed.map(({ bytes }) => bytes)).toEqual(sizes)
      let before = 0
      for (const { bytes, atMs } of passed) {
        const paidAt = (before * 1000) / rate
        expect(atMs - from).toBeGreaterThanOrEqual(paidAt)
        expect(atMs - from).toBeLessThanOrEqual(paidAt + 2)
        before += bytes
      }
    }),
  )
})

test('a pause saves up a quarter of a second of the rate, and no more', async () => {
  await fc.assert(
    fc.asyncProperty(anyRate, fc.integer({ min: 0, max: 100_000 }), async (rate, idleMs) => {
      const { ask, bytesPassed } = limitOf(rate)
      await vi.advanceTimersByTimeAsync(idleMs)
      for (let n = 0; n < 300; n++) ask(rate / 200)
      await vi.advanceTimersByTimeAsync(0)
      expect(bytesPassed()).toBeLessThanOrEqual(rate * 0.25 + rate / 200)
      await vi.runAllTimersAsync()
    }),
  )
})

test('a new rate holds at once, for those who wait too; without one everybody passes', async () => {
  const { limit, ask, bytesPassed } = limitOf(20 * KB)
  for (let n = 0; n < 100; n++) ask(10 * KB)
  await vi.advanceTimersByTimeAsync(1000)
  expect(bytesPassed()).toBe(20 * KB)
  limit.set(200 * KB)
  await vi.advanceTimersByTimeAsync(1000)
  expect(bytesPassed()).toBe(220 * KB)
  limit.set(null)
  await vi.advanceTimersByTimeAsync(0)
  expect(bytesPassed()).toBe(1000 * KB)
})

test('who gives up waiting goes on at once and costs the others nothing', async () => {
  const { ask, passed } = limitOf(10 * KB)
  const abort = new AbortController()
  ask(10 * KB)
  ask(500 * KB, abort.signal)
  ask(1 * KB)
  await vi.advanceTimersByTimeAsync(100)
  abort.abort()
  await vi.advanceTimersByTimeAsync(1000)
  expect(passed.map(({ bytes }) => bytes)).toEqual([10 * KB, 500 * KB, 1 * KB])
})
