import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { failure } from '../../shared/domain/failure.ts'
import { createHolds } from './holds.ts'

let now = 0
/** Lets time pass, for the timers and for the clock alike. */
function pass(ms: number): void {
  now += ms
  vi.advanceTimersByTime(ms)
}

function openHolds() {
  const changes: string[] = []
  const clock = { now: () => now, monotonic: () => now }
  return { changes, holds: createHolds({ clock, random: () => 1, onChange: (key) => changes.push(key) }) }
}

beforeEach(() => {
  now = 0
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('createHolds', () => {
  test('what may mend itself is held with backoff, and told when that is over', () => {
    const { holds, changes } = openHolds()
    for (const ms of [1_000, 2_000, 4_000]) {
      holds.add('nas:a', failure('nas-unreachable'))
      expect(holds.isHeld('nas:a')).toBe(true)
      changes.length = 0
      pass(ms - 1)
      expect([holds.isHeld('nas:a'), changes]).toEqual([true, []])
      pass(1)
      expect([holds.isHeld('nas:a'), changes]).toEqual([false, ['nas:a']])
    }
    expect(holds.isSettled('nas:a')).toBe(true)
    holds.lift('nas:a')
    expect([holds.isSettled('nas:a'), holds.view('nas:a')]).toEqual([false, null])
  })

  test('of many that fail at once for the same reason, one counts', () => {
    const { holds } = openHolds()
    const tries = Array.from({ length: 32 }, () => holds.add('nas:a', failure('nas-unreachable')))
    expect(new Set(tries)).toEqual(new Set([1]))
    pass(1_000)
    expect(holds.isHeld('nas:a')).toBe(false)
  })

  test('what needs a person waits for one, whatever else fails meanwhile', () => {
    const { holds } = openHolds()
    holds.add('nas:a', failure('needs-sign-in'))
    // After wrong passwords a NAS may shut its door: that must not lead to another try with the same password.
    holds.add('nas:a', failure('nas-unreachable'))
    pass(24 * 3600_000)
    expect(holds.view('nas:a')?.kind).toBe('needs-sign-in')
    expect(holds.isHeld('nas:a')).toBe(true)
    expect(holds.isSettled('nas:a')).toBe(true)
    holds.add('nas:a', failure('host-key-changed'))
    expect(holds.view('nas:a')?.kind).toBe('host-key')
  })

  test('a full NAS is looked at again and again, however long it stays full', () => {
    const { holds, changes } = openHolds()
    for (let probe = 0; probe < 10; probe += 1) {
      holds.add('nas:a', failure('nas-full'))
      changes.length = 0
      pass(15_000)
      expect([holds.isHeld('nas:a'), changes]).toEqual([false, ['nas:a']])
    }
  })

  test('a timer that fires before its time by the clock does not leave the hold without one', () => {
    const { holds, changes } = openHolds()
    holds.add('item:a', failure('nas-failure'))
    changes.length = 0
    // As after a long turn of the event loop: the timer counts from the turn's start.
    now += 960
    vi.advanceTimersByTime(1_000)
    expect([holds.heldItemIds(), changes]).toEqual([['a'], []])
    pass(40)
    expect([holds.heldItemIds(), changes]).toEqual([[], ['item:a']])
  })

  test('waits as long as the other side asks', () => {
    const { holds } = openHolds()
    holds.add('backend:a', failure('backend-busy', undefined, { retryAfterMs: 60_000 }))
    pass(59_999)
    expect(holds.isHeld('backend:a')).toBe(true)
    pass(1)
    expect(holds.isHeld('backend:a')).toBe(false)
  })

  test('tells of nothing more once disposed', () => {
    const { holds, changes } = openHolds()
    holds.add('nas:a', failure('nas-unreachable'))
    changes.length = 0
    holds.dispose()
    pass(10_000)
    expect(changes).toEqual([])
  })
})
