import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFlowWindow } from './flow-window.ts'

const KIB = 1024
const MIB = 1024 * KIB

test('never more than the deepest window is outstanding, and everyone who waits gets in, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 255 * KIB }), { minLength: 1, maxLength: 200 }),
      fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 200 }),
      async (writes, ackTimes, rttMs) => {
        let now = 0
        const window = createFlowWindow(rttMs, () => now)
        const admitted: number[] = []
        const asked = writes.map((bytes, n) => window.take(bytes).then(() => admitted.push(n)))
        for (const [n, bytes] of writes.entries()) {
          await asked[n]
          expect(window.outstanding).toBeLessThanOrEqual(8 * MIB)
          const ackMs = ackTimes[n % ackTimes.length] ?? 0
          now += ackMs
          window.give(bytes, ackMs)
        }
        expect(admitted).toEqual(writes.map((_, n) => n))
        expect(window.outstanding).toBe(0)
      },
    ),
  )
})

test.each([
  [0, 2 * MIB],
  [20, 2 * MIB],
  [50, 5_000_000],
  [300, 8 * MIB],
])('at %i ms round trip the window is %i bytes deep', (rttMs, limit) => {
  expect(createFlowWindow(rttMs, () => 0).limit).toBe(limit)
})

test('slow acknowledgements halve it once per burst, down to one write; quick ones open it again', () => {
  let now = 0
  const window = createFlowWindow(0, () => now)
  for (let n = 0; n < 8; n++) window.give(0, 2500)
  expect(window.limit).toBe(MIB)
  for (let n = 0; n < 8; n++) {
    now += 2500
    window.give(0, 2500)
  }
  expect(window.limit).toBe(256 * KIB)
  for (let n = 0; n < 100; n++) window.give(255 * KIB, 10)
  expect(window.limit).toBe(2 * MIB)
})

test('a write larger than the limit goes alone, instead of waiting for ever', async () => {
  const window = createFlowWindow(0, () => 0)
  await window.take(3 * MIB)
  let isSecondIn = false
  const second = window.take(1).then(() => {
    isSecondIn = true
  })
  await Promise.resolve()
  expect(isSecondIn).toBe(false)
  window.give(3 * MIB, 1)
  await second
})

test('shutting it lets those who wait go on', async () => {
  const window = createFlowWindow(0, () => 0)
  await window.take(2 * MIB)
  const waiting = window.take(1)
  window.shut()
  await waiting
  await window.take(1)
})
