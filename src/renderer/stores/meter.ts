import { type BatchView, PRIORITIES } from '../../shared/domain/batch.ts'

/** A rate, smoothed over about half a minute so that an estimate can be made of it. */
export interface Meter {
  readonly atMs: number
  readonly total: number
  readonly perSecond: number
  /** Seconds measured so far: the first readings weigh more, a plain mean, so that it does not creep up from 0. */
  readonly seconds: number
  /** When the total rose last. */
  readonly movedAtMs: number
}

const SMOOTHING_SECONDS = 30
/** Fewer say nothing yet. */
const FIRST_SECONDS = 3
/** When nothing has moved for so long, nobody knows how long it will take. */
const STILL_MS = 10_000

/** The meter after it read `total`, a count that only rises. While nothing goes on, time does not count either. */
export function readMeter(before: Meter | null, total: number, atMs: number, isGoingOn: boolean): Meter {
  if (before === null) return { atMs, total, perSecond: 0, seconds: 0, movedAtMs: atMs }
  if (!isGoingOn) return { ...before, atMs, total, movedAtMs: atMs }
  const elapsed = (atMs - before.atMs) / 1000
  if (elapsed <= 0) return before
  const seconds = before.seconds + elapsed
  const rate = Math.max(0, total - before.total) / elapsed
  const weight = Math.max(1 - Math.exp(-elapsed / SMOOTHING_SECONDS), elapsed / seconds)
  const movedAtMs = total > before.total ? atMs : before.movedAtMs
  return { atMs, total, seconds, movedAtMs, perSecond: before.perSecond + (rate - before.perSecond) * weight }
}

/** How long until all that moves is on the NAS, ms; null while that cannot be told. */
export function leftMs(batches: readonly BatchView[], pace: Meter | null): number | null {
  return msFor(
    batches.filter(isMoving).reduce((sum, { bytesToMove }) => sum + bytesToMove, 0),
    pace,
  )
}

/** How long until this batch is: those of higher priority go before it, those of its own share the line with it. */
export function batchLeftMs(batch: BatchView, batches: readonly BatchView[], pace: Meter | null): number | null {
  if (!isMoving(batch)) return null
  const rank = PRIORITIES.indexOf(batch.priority)
  const before = batches.filter(isMoving).reduce((sum, { priority, bytesToMove }) => {
    const other = PRIORITIES.indexOf(priority)
    return sum + (other < rank ? bytesToMove : other === rank ? Math.min(bytesToMove, batch.bytesToMove) : 0)
  }, 0)
  return msFor(before, pace)
}

export function isMoving({ state, hold, counts }: BatchView): boolean {
  return state === 'active' && hold === null && counts.active > 0
}

function msFor(bytes: number, pace: Meter | null): number | null {
  if (bytes === 0 || pace === null || pace.seconds < FIRST_SECONDS || pace.perSecond <= 0) return null
  return pace.atMs - pace.movedAtMs >= STILL_MS ? null : (bytes / pace.perSecond) * 1000
}
