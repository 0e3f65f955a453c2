import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Failure, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { type HoldKey, holdKeyText } from '../../shared/domain/hold-key.ts'
import { createHolds } from './holds.ts'

const NAS: HoldKey = { kind: 'nas', shopId: 'a' }
const FOLDER: HoldKey = { kind: 'folder', templateId: 't' }
/** Longer than any hold that ends by itself: one that does not fails its test, which would hang otherwise. */
const LONGEST_MS = 3_600_000
let now = 0
/** Lets time pass, for the timers and for the clock alike. */
function pass(ms: number): void {
  now += ms
  vi.advanceTimersByTime(ms)
}

function openHolds() {
  const changes: HoldKey[] = []
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
      holds.add(NAS, failure('nas-unreachable'))
      expect(holds.isHeld(NAS)).toBe(true)
      changes.length = 0
      pass(ms - 1)
      expect([holds.isHeld(NAS), changes]).toEqual([true, []])
      pass(1)
      expect([holds.isHeld(NAS), changes]).toEqual([false, [NAS]])
    }
    expect(holds.isSettled(NAS)).toBe(true)
    holds.lift(NAS)
    expect([holds.isSettled(NAS), holds.view(NAS)]).toEqual([false, null])
  })

  test('of many that fail at once for the same reason, one counts', () => {
    const { holds } = openHolds()
    for (let n = 0; n < 32; n++) holds.add(NAS, failure('nas-unreachable'))
    expect(holds.triesOf(NAS)).toBe(1)
    pass(1_000)
    expect(holds.isHeld(NAS)).toBe(false)
  })

  test('work that began before a hold adds no try to it, however late it ends', () => {
    const { holds } = openHolds()
    pass(1_000)
    holds.add(NAS, failure('connection-lost'), 0)
    pass(5_000)
    holds.add(NAS, failure('nas-timeout'), 0)
    expect(holds.triesOf(NAS)).toBe(1)
    expect([holds.isHeld(NAS), holds.isSettled(NAS)]).toEqual([false, false])
    // What only a person can mend counts whenever it was met.
    holds.add(NAS, failure('host-key-changed'), 0)
    expect(holds.view(NAS)?.kind).toBe('host-key')
    expect(holds.isHeld(NAS)).toBe(true)
  })

  test('what needs a person waits for one, whatever else fails meanwhile', () => {
    const { holds } = openHolds()
    holds.add(NAS, failure('needs-sign-in'))
    // After wrong passwords a NAS may shut its door: that must not lead to another try with the same password.
    holds.add(NAS, failure('nas-unreachable'))
    pass(24 * 3600_000)
    expect(holds.view(NAS)?.kind).toBe('needs-sign-in')
    expect(holds.isHeld(NAS)).toBe(true)
    expect(holds.isSettled(NAS)).toBe(true)
    holds.add(NAS, failure('host-key-changed'))
    expect(holds.view(NAS)?.kind).toBe('host-key')
  })

  /** How long each hold of a row lasts, in seconds, tried again at once when it is over. */
  function pausesOf(code: FailureCode, count: number): number[] {
    const { holds } = openHolds()
    return Array.from({ length: count }, () => {
      holds.add(NAS, failure(code))
      const from = now
      while (holds.isHeld(NAS) && now - from < LONGEST_MS) pass(1_000)
      return (now - from) / 1_000
    })
  }

  test('a full NAS is looked at again and again, less and less often, however long it stays full', () => {
    expect(pausesOf('nas-full', 7)).toEqual([15, 30, 60, 120, 300, 300, 300])
  })

  test.for(['sftp-off', 'nas-read-only', 'nas-quota', 'permission-denied'] as const)(
    'a NAS that is set up wrongly is asked so seldom that nobody bans us: %s',
    (code) => {
      const minutes = pausesOf(code, 6).map((seconds) => seconds / 60)
      expect(minutes).toEqual([2, 5, 15, 30, 30, 30])
    },
  )

  test('nothing blocks on a NAS that is set up wrongly, from its first word on', () => {
    const { holds } = openHolds()
    holds.add(NAS, failure('sftp-off'))
    expect(holds.isSettled(NAS)).toBe(true)
    pass(120_000)
    expect([holds.isHeld(NAS), holds.isSettled(NAS)]).toEqual([false, true])
  })

  test('a NAS that served before and refuses sessions is asked a few times soon, as it may be starting again, then seldom', () => {
    const { holds } = openHolds()
    holds.worked(NAS)
    holds.add(NAS, failure('connection-lost'))
    pass(1_000)
    holds.add(NAS, failure('session-refused'))
    expect(holds.isSettled(NAS)).toBe(false)
    for (const waitMs of [1_000, 2_000, 4_000, 8_000]) {
      pass(waitMs - 1)
      expect(holds.isHeld(NAS)).toBe(true)
      pass(1)
      expect(holds.isHeld(NAS)).toBe(false)
      holds.add(NAS, failure('session-refused'))
    }
    pass(119_999)
    expect([holds.isHeld(NAS), holds.isSettled(NAS)]).toEqual([true, true])
    pass(1)
    expect(holds.isHeld(NAS)).toBe(false)
    holds.worked(NAS)
    // A folder that is not there does not come back in a moment.
    holds.add(NAS, failure('folder-missing'))
    pass(119_999)
    expect([holds.isHeld(NAS), holds.isSettled(NAS)]).toEqual([true, true])
  })

  test('tries that found the NAS away are not held against one that then is set up wrongly', () => {
    const { holds } = openHolds()
    for (let tries = 0; tries < 6; tries += 1) {
      holds.add(NAS, failure('nas-unreachable'))
      pass(300_000)
    }
    holds.add(NAS, failure('sftp-off'))
    pass(119_999)
    expect(holds.isHeld(NAS)).toBe(true)
    pass(1)
    expect(holds.isHeld(NAS)).toBe(false)
  })

  test('what was under way when a person mended it does not hold it once more, for nobody to come', () => {
    const { holds } = openHolds()
    holds.add(NAS, failure('host-key-changed'), now)
    pass(10)
    const begunAt = now
    pass(10)
    holds.lift(NAS)
    holds.add(NAS, failure('host-key-changed'), begunAt)
    expect([holds.isHeld(NAS), holds.view(NAS)]).toEqual([false, null])
    holds.add(NAS, failure('nas-unreachable'), begunAt)
    expect(holds.isHeld(NAS)).toBe(true)
    holds.lift(NAS)
    holds.add(NAS, failure('host-key-changed'), now)
    expect(holds.isHeld(NAS)).toBe(true)
  })

  test('a long pause is not cut short by another failure of the same moment', () => {
    const { holds } = openHolds()
    holds.add(NAS, failure('sftp-off'))
    holds.add(NAS, failure('nas-unreachable'))
    pass(60_000)
    expect(holds.view(NAS)).toMatchObject({ kind: 'nas-setup', failure: failure('sftp-off'), nextTryAt: 120_000 })
    expect(holds.isHeld(NAS)).toBe(true)
  })

  test('why something waited is read again by the next engine, holds nothing up, and is forgotten when it works', () => {
    const kept = new Map<string, Failure>()
    const open = () =>
      createHolds({
        clock: { now: () => now, monotonic: () => now },
        random: () => 1,
        onChange: () => undefined,
        remembered: kept,
        onReason: (key, because) =>
          because === null ? kept.delete(holdKeyText(key)) : kept.set(holdKeyText(key), because),
      })
    const first = open()
    first.add(FOLDER, failure('permission-denied', '/tray'))
    first.add({ kind: 'item', itemId: 'i' }, failure('nas-failure'))
    first.dispose()
    const next = open()
    const shown = { kind: 'nas-setup', failure: failure('permission-denied', '/tray') }
    expect([next.view(FOLDER), next.view({ kind: 'item', itemId: 'i' })]).toEqual([shown, null])
    expect([next.isHeld(FOLDER), next.isSettled(FOLDER)]).toEqual([false, false])
    next.lift(FOLDER)
    expect([next.view(FOLDER), kept.size]).toEqual([null, 0])
  })

  test('a timer that fires before its time by the clock does not leave the hold without one', () => {
    const { holds, changes } = openHolds()
    holds.add({ kind: 'item', itemId: 'a' }, failure('nas-failure'))
    changes.length = 0
    // As after a long turn of the event loop: the timer counts from the turn's start.
    now += 960
    vi.advanceTimersByTime(1_000)
    expect([holds.heldItemIds(), changes]).toEqual([['a'], []])
    pass(40)
    expect([holds.heldItemIds(), changes]).toEqual([[], [{ kind: 'item', itemId: 'a' }]])
  })

  test('waits as long as the other side asks', () => {
    const { holds } = openHolds()
    holds.add({ kind: 'backend', shopId: 'a' }, failure('backend-busy', undefined, { retryAfterMs: 60_000 }))
    pass(59_999)
    expect(holds.isHeld({ kind: 'backend', shopId: 'a' })).toBe(true)
    pass(1)
    expect(holds.isHeld({ kind: 'backend', shopId: 'a' })).toBe(false)
  })

  test('tells of nothing more once disposed', () => {
    const { holds, changes } = openHolds()
    holds.add(NAS, failure('nas-unreachable'))
    changes.length = 0
    holds.dispose()
    pass(10_000)
    expect(changes).toEqual([])
  })
})
