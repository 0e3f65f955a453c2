import type { FailureCode } from '../../shared/domain/failure.ts'
import type { ResumePoint } from '../../shared/worker/transfer.ts'
import type { QueueContext } from './context.ts'

/** A point is saved when it moved on by this much, or after this time: a flush of the disk each. */
const SAVE_EVERY_BYTES = 8 * 1024 * 1024
const SAVE_EVERY_MS = 2_000
/** Smaller files that were cut begin anew: up to one step of saving and one window of unacknowledged writes (8 MB each)
 *  are sent again anyway, and what is resumed must be read back as a whole. What was stopped is known to the byte. */
const RESUMABLE_BYTES = 2 * SAVE_EVERY_BYTES

/** Follows how much of an upload the NAS has for certain, durably, so that the next attempt need not send it again. */
export interface ResumeKeeper {
  /** All writes up to `offset` were acknowledged. */
  reached(offset: number): void
  /** The upload was stopped there, and its temporary file closed. */
  left(offset: number): void
  /** What the next attempt may take over; the point of an earlier attempt while this one has got nowhere. */
  readonly point: ResumePoint | null
}

export function createResumeKeeper(
  { catalog, clock, log }: Pick<QueueContext, 'catalog' | 'clock' | 'log'>,
  { itemId, attempt, sizeBytes }: { itemId: string; attempt: number; sizeBytes: number },
  before: ResumePoint | null,
): ResumeKeeper {
  let point = before
  let saved = { offset: 0, at: clock.monotonic() }

  const save = (reached: ResumePoint): void => {
    saved = { offset: reached.offset, at: clock.monotonic() }
    // Without it the next attempt only sends more.
    catalog
      .write(() => catalog.items.setResumePoint(itemId, reached))
      .catch((error) => log.error('resume point', { item: itemId, error: String(error) }))
  }

  return {
    reached(offset) {
      if (offset === 0) return
      point = { attempt, offset, isClosed: false }
      if (sizeBytes < RESUMABLE_BYTES) return
      const isDue = offset - saved.offset >= SAVE_EVERY_BYTES || clock.monotonic() - saved.at >= SAVE_EVERY_MS
      if (isDue && offset > saved.offset) save(point)
    },
    left(offset) {
      point = { attempt, offset, isClosed: true }
    },
    get point() {
      return point
    },
  }
}

/** The upload was cut: its temporary file was left as it was, and holds what was sent. */
export function leavesPart(code: FailureCode): boolean {
  return isCut(code) || code === 'worker-gone'
}

/** The connection ended under the upload. */
export function isCut(code: FailureCode): boolean {
  return code === 'connection-lost' || code === 'nas-timeout'
}
