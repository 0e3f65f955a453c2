import type { BatchView } from '../../shared/domain/batch.ts'

/** A rate, smoothed over about eight seconds so that it can be read. */
export interface Meter {
  readonly atMs: number
  readonly total: number
  readonly perSecond: number
  /** Seconds measured so far: the first readings weigh more, a plain mean, so that it does not creep up from 0. */
  readonly seconds: number
}

const SMOOTHING_SECONDS = 8

/** The meter after it read `total`, a count that only rises. */
export function readMeter(before: Meter | undefined, total: number, atMs: number): Meter {
  if (before === undefined) return { atMs, total, perSecond: 0, seconds: 0 }
  const elapsed = (atMs - before.atMs) / 1000
  if (elapsed <= 0) return before
  const seconds = before.seconds + elapsed
  const rate = Math.max(0, total - before.total) / elapsed
  const weight = Math.max(1 - Math.exp(-elapsed / SMOOTHING_SECONDS), elapsed / seconds)
  return { atMs, total, seconds, perSecond: before.perSecond + (rate - before.perSecond) * weight }
}

/** How long until every byte of the batch is dealt with, ms; null while that cannot be told. */
export function estimateMs(
  { totalBytes, doneBytes, state, counts }: BatchView,
  meter: Meter | undefined,
): number | null {
  if (state !== 'active' || counts.active === 0 || meter === undefined || meter.seconds < 2 || meter.perSecond <= 0)
    return null
  return ((totalBytes - doneBytes) / meter.perSecond) * 1000
}
