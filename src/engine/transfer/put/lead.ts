/** So far may an upload be ahead of what is noted of it: at most so much is sent twice, whatever ends. Files that are no
 *  larger are not noted: they begin anew. */
export const MAX_LEAD_BYTES = 8 * 1024 * 1024
/** A note each: a write to the catalog, without a flush. */
const NOTE_EVERY_BYTES = 2 * 1024 * 1024
const NOTE_EVERY_MS = 1_000

/** Keeps an upload from running away from its resume point, which another process writes down in its own time. */
export interface Lead {
  /** Waits until the bytes up to `end` may be sent. */
  admit(end: number): Promise<void>
  /** All bytes up to there were acknowledged. */
  reached(ackedBytes: number): void
  /** Lets all who wait go on, as a write was refused, and notes nothing any more: whoever comes to the end of the upload
   *  says what becomes of its temporary file, and nobody takes that back. */
  shut(): void
}

export interface LeadOptions {
  readonly from: number
  readonly sizeBytes: number
  readonly now: () => number
  /** Settles when it is written down, or cannot be. */
  note(ackedBytes: number): Promise<unknown>
}

const FREE: Lead = { admit: () => Promise.resolve(), reached: () => undefined, shut: () => undefined }

export function createLead({ from, sizeBytes, now, note }: LeadOptions): Lead {
  if (sizeBytes <= MAX_LEAD_BYTES) return FREE
  const waiting: { readonly end: number; admit(): void }[] = []
  let [acked, noted, notedAt] = [from, from, now()]
  let isNoting = false
  let isShut = false

  const isDue = (): boolean =>
    !isShut && (acked - noted >= NOTE_EVERY_BYTES || (acked > noted && now() - notedAt >= NOTE_EVERY_MS))

  const noteOn = async (): Promise<void> => {
    isNoting = true
    while (isDue()) {
      const reached = acked
      await note(reached)
      ;[noted, notedAt] = [reached, now()]
      admitWaiting()
    }
    isNoting = false
  }
  const isNear = (end: number): boolean => isShut || end - noted <= MAX_LEAD_BYTES
  const admitWaiting = (): void => {
    for (let next = waiting[0]; next !== undefined && isNear(next.end); next = waiting[0]) {
      waiting.shift()
      next.admit()
    }
  }

  return {
    admit(end) {
      return isNear(end) ? Promise.resolve() : new Promise((admit) => waiting.push({ end, admit }))
    },
    reached(ackedBytes) {
      acked = ackedBytes
      if (!isNoting) void noteOn()
    },
    shut() {
      isShut = true
      admitWaiting()
    },
  }
}
