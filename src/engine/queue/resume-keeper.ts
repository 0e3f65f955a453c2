import type { ResumePoint } from '../../shared/worker/transfer.ts'

/** Follows how much of an upload the NAS has for certain, so that the next attempt need not send it again. Should the
 *  engine end before the upload does, the catalog has what the worker had noted. */
export interface ResumeKeeper {
  /** All writes up to `offset` were acknowledged. */
  reached(offset: number): void
  /** The upload was stopped there, and its temporary file closed. */
  left(offset: number): void
  /** What the next attempt may take over; the point of an earlier attempt while this one has got nowhere. */
  readonly point: ResumePoint | null
}

export function createResumeKeeper(attempt: number, before: ResumePoint | null): ResumeKeeper {
  let point = before

  return {
    reached(offset) {
      if (offset > 0) point = { attempt, offset, isClosed: false }
    },
    left(offset) {
      point = { attempt, offset, isClosed: true }
    },
    get point() {
      return point
    },
  }
}
