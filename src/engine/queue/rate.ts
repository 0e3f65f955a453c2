import type { Clock } from '../ports.ts'

/** How long a moment's speed still counts for, ms: smooth enough to read, quick enough to believe. */
const SMOOTHING_MS = 4_000
/** Without a byte for this long nothing moves: an average that fades for a minute would say otherwise. */
const STILL_MS = 2_000

/** Bytes per second from a running total, exponentially smoothed. */
export function createRate(clock: Clock): (total: number) => number {
  let last: { at: number; total: number } | undefined
  let movedAt = Number.NEGATIVE_INFINITY
  let rate = 0
  return (total) => {
    const at = clock.monotonic()
    // Of two looks at one moment, the second tells nothing new and forgets nothing.
    if (last !== undefined && at <= last.at) return Math.round(rate)
    if (last !== undefined) {
      const elapsed = at - last.at
      if (total > last.total) movedAt = at
      const moment = ((total - last.total) * 1000) / elapsed
      rate += (moment - rate) * (1 - Math.exp(-elapsed / SMOOTHING_MS))
      if (at - movedAt >= STILL_MS) rate = 0
    }
    last = { at, total }
    return Math.round(rate)
  }
}
