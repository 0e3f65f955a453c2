import { createBestRate } from './best-rate.ts'

const KIB = 1024
const MIB = 1024 * KIB
/** Before anything is known of the line: half a second of it at 1 MB/s, and open within two round trips at 100 MB/s. */
const FIRST_LIMIT = 512 * KIB
const SMALLEST_LIMIT = 64 * KIB
const SMALLEST_DEPTH = 2 * MIB
const LARGEST_DEPTH = 8 * MIB
/** Bytes that keep 100 MB/s moving for each millisecond of round trip. */
const BYTES_PER_RTT_MS = 100_000
/** So long may what was sent wait before the NAS, beside the round trip: a pause cannot stop it, and keepalives and the
 *  files of others wait behind it. Less would leave the line idle when an acknowledgement is late. */
const QUEUE_MS = 300
/** Pieces that a window is made of at least: one alone would be all that a slow line carries in a second. */
const PIECES = 4

/** How many bytes one connection may have sent without an acknowledgement, shared by its files in order of asking. */
export interface FlowWindow {
  /** Waits for room for `bytes`, or for the window to be shut. */
  take(bytes: number): Promise<Flight>
  /** Lets all who wait go on, to meet the end of the connection. */
  shut(): void
  /** What to ask for at a time at most. */
  readonly pieceBytes: number
  readonly outstanding: number
}

/** Bytes that were let through. One of the two is called, once. */
export interface Flight {
  acknowledged(): void
  /** They were not sent after all. */
  dropped(): void
}

/** A window as deep as the line delivers in its round trip and `QUEUE_MS`, by what it did deliver (the delivery rate of
 *  BBR, the bounded delay of LEDBAT), and never deeper than the round trip can need. */
export function createFlowWindow(rttMs: number, now: () => number): FlowWindow {
  const deepest = Math.min(LARGEST_DEPTH, Math.max(SMALLEST_DEPTH, rttMs * BYTES_PER_RTT_MS))
  const waiting: { readonly bytes: number; admit(flight: Flight): void }[] = []
  const best = createBestRate(now, FIRST_LIMIT / (rttMs + QUEUE_MS))
  let baseMs = rttMs
  let limit = FIRST_LIMIT
  let outstanding = 0
  let delivered = 0
  let isShut = false

  // One write always fits into an empty window, however large it is.
  const fits = (bytes: number): boolean => outstanding === 0 || outstanding + bytes <= limit

  const launch = (bytes: number): Flight => {
    outstanding += bytes
    const sentAt = now()
    const deliveredBefore = delivered
    return {
      acknowledged() {
        outstanding -= bytes
        delivered += bytes
        const ackMs = Math.max(1, now() - sentAt)
        // The smallest window makes no queue: what it waits for is the line's own.
        baseMs = limit === SMALLEST_LIMIT ? ackMs : Math.min(baseMs, ackMs)
        // Where files had no more to send, the line may well be faster than what it delivered.
        best.add((delivered - deliveredBefore) / ackMs, waiting.length > 0)
        limit = Math.min(deepest, Math.max(SMALLEST_LIMIT, best.bytesPerMs * (baseMs + QUEUE_MS)))
        admitWaiting()
      },
      dropped() {
        outstanding -= bytes
        admitWaiting()
      },
    }
  }

  const admitWaiting = (): void => {
    for (let next = waiting[0]; next !== undefined && (isShut || fits(next.bytes)); next = waiting[0]) {
      waiting.shift()
      next.admit(launch(next.bytes))
    }
  }

  return {
    take(bytes) {
      if (isShut || (waiting.length === 0 && fits(bytes))) return Promise.resolve(launch(bytes))
      return new Promise((admit) => waiting.push({ bytes, admit }))
    },
    shut() {
      isShut = true
      admitWaiting()
    },
    get pieceBytes() {
      return Math.floor(limit / PIECES)
    },
    get outstanding() {
      return outstanding
    },
  }
}
