import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFlowWindow, type Flight } from './flow-window.ts'

const KIB = 1024
const MIB = 1024 * KIB
const MB = 1_000_000

test('never more than the limit is outstanding but one write alone, never more than the deepest window, and everyone who waits gets in, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 255 * KIB }), { minLength: 1, maxLength: 200 }),
      fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 200 }),
      async (writes, ackTimes, rttMs) => {
        let now = 0
        const window = createFlowWindow(rttMs, () => now)
        const admitted: number[] = []
        const asked = writes.map((bytes, n) =>
          window.take(bytes).then((flight) => {
            admitted.push(n)
            expect(window.outstanding).toBeLessThan(Math.max(4 * (window.pieceBytes + 1), bytes + 1))
            return flight
          }),
        )
        for (const [n, flight] of asked.entries()) {
          const { acknowledged, dropped } = await flight
          expect(window.outstanding).toBeLessThanOrEqual(8 * MIB)
          now += ackTimes[n % ackTimes.length] ?? 0
          if (n % 7 === 0) dropped()
          else acknowledged()
        }
        expect(admitted).toEqual(writes.map((_, n) => n))
        expect(window.outstanding).toBe(0)
      },
    ),
  )
})

/** A line that carries so much, there and back in `rttMs`, and the files that fill it: what was outstanding at each moment. */
class Line {
  now = 0
  bytesPerMs: number
  rttMs: number
  readonly window
  private freeAt = 0
  private readonly due: { readonly at: number; readonly flight: Flight }[] = []

  constructor(bytesPerSecond: number, rttMs: number) {
    this.bytesPerMs = bytesPerSecond / 1000
    this.rttMs = rttMs
    this.window = createFlowWindow(rttMs, () => this.now)
  }

  /** Files ask for more as long as there is room; answers the most that waited before the line in the last half. */
  async fill(forMs: number): Promise<{ readonly queuedMs: number; readonly bytesPerSecond: number }> {
    const [end, half] = [this.now + forMs, this.now + forMs / 2]
    let queuedMs = 0
    let carried = 0
    const files = Promise.all([this.file(end), this.file(end)])
    while (this.now < end) {
      this.now += 1
      while (this.due[0] !== undefined && this.due[0].at <= this.now) this.due.shift()?.flight.acknowledged()
      // A file asks again some turns after it was let in.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
      if (this.now <= half) continue
      queuedMs = Math.max(queuedMs, this.freeAt - this.now)
      if (this.freeAt > this.now) carried += this.bytesPerMs
    }
    await this.drain()
    await files
    return { queuedMs, bytesPerSecond: (carried / (forMs / 2)) * 1000 }
  }

  /** Until all is acknowledged. */
  private async drain(): Promise<void> {
    for (let next = this.due.shift(); next !== undefined; next = this.due.shift()) {
      this.now = Math.max(this.now, next.at)
      next.flight.acknowledged()
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
  }

  private async file(end: number): Promise<void> {
    while (this.now < end) {
      const bytes = Math.min(255 * KIB, this.window.pieceBytes)
      const flight = await this.window.take(bytes)
      this.freeAt = Math.max(this.freeAt, this.now) + bytes / this.bytesPerMs
      this.due.push({ at: this.freeAt + this.rttMs, flight })
    }
  }
}

describe('on a line that is filled', () => {
  test.each([
    [1 * MB, 200],
    [0.3 * MB, 20],
    [3 * MB, 40],
    [20 * MB, 80],
  ])(
    'of %i bytes a second and %i ms, what is sent waits less than half a second, and the line is never idle',
    async (rate, rttMs) => {
      const line = new Line(rate, rttMs)
      const { queuedMs, bytesPerSecond } = await line.fill(8000)
      expect(queuedMs).toBeLessThan(500)
      expect(bytesPerSecond).toBeGreaterThan(0.95 * rate)
    },
  )

  test.each([
    [0, 2 * MIB],
    [20, 2 * MIB],
    [50, 5 * MB],
    [300, 8 * MIB],
  ])('that is fast, of %i ms, the window is %i bytes deep within a few round trips', async (rttMs, deepest) => {
    const line = new Line(100 * MB, rttMs)
    await line.fill(20 + rttMs * 8)
    expect(line.window.pieceBytes).toBe(deepest / 4)
  })

  test('and becomes slower, the queue is short again in a few seconds', async () => {
    const line = new Line(20 * MB, 80)
    await line.fill(2000)
    line.bytesPerMs = 1000
    expect((await line.fill(30_000)).queuedMs).toBeLessThan(500)
  })
})

test('where each answer takes longer than ever before, the window does not close for ever', async () => {
  const line = new Line(10 * MB, 10)
  await line.fill(500)
  line.rttMs = 600
  expect((await line.fill(60_000)).bytesPerSecond).toBeGreaterThan(1 * MB)
})

test('small files, which cannot fill a line, do not make the window small', async () => {
  let now = 0
  const window = createFlowWindow(80, () => now)
  for (let n = 0; n < 100; n++) {
    const flight = await window.take(20 * KIB)
    now += 80
    flight.acknowledged()
  }
  expect(window.pieceBytes).toBeGreaterThanOrEqual(128 * KIB)
})

test('a write larger than the limit goes alone, instead of waiting for ever', async () => {
  const window = createFlowWindow(0, () => 0)
  const first = await window.take(3 * MIB)
  let isSecondIn = false
  const second = window.take(1).then(() => {
    isSecondIn = true
  })
  await Promise.resolve()
  expect(isSecondIn).toBe(false)
  first.acknowledged()
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
