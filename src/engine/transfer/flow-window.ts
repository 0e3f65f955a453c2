const MIB = 1024 * 1024
const SMALLEST_LIMIT = 256 * 1024
const SMALLEST_TARGET = 2 * MIB
const LARGEST_TARGET = 8 * MIB
/** Bytes that keep 100 MB/s moving for each millisecond of round trip. */
const BYTES_PER_RTT_MS = 100_000
/** Acknowledgements slower than this mean that the queue before the NAS is too deep: keepalives would drown in it, and a
 *  pause could not stop what is in it. At distance, so many round trips. */
const SLOW_ACK_MS = 600
const SLOW_ACK_RTTS = 2.5

/** How many bytes one connection may have sent without an acknowledgement, shared by its files in order of asking. */
export interface FlowWindow {
  /** Waits for room for `bytes`, or for the window to be shut. */
  take(bytes: number): Promise<void>
  /** Gives back what an acknowledgement covered; `ackMs` is how long it took. */
  give(bytes: number, ackMs: number): void
  /** Lets all who wait go on, to meet the end of the connection. */
  shut(): void
  readonly limit: number
  readonly outstanding: number
}

/** A window that starts at the depth its round-trip time needs, halves while acknowledgements are slow and grows back. */
export function createFlowWindow(rttMs: number, now: () => number): FlowWindow {
  const target = Math.min(LARGEST_TARGET, Math.max(SMALLEST_TARGET, rttMs * BYTES_PER_RTT_MS))
  const waiting: { readonly bytes: number; admit(): void }[] = []
  const slowAckMs = Math.max(SLOW_ACK_MS, rttMs * SLOW_ACK_RTTS)
  let limit = target
  let outstanding = 0
  let halvedAt = Number.NEGATIVE_INFINITY
  let isShut = false

  // One write always fits into an empty window, however large it is.
  const fits = (bytes: number): boolean => outstanding === 0 || outstanding + bytes <= limit

  const admitWaiting = (): void => {
    for (let next = waiting[0]; next !== undefined && fits(next.bytes); next = waiting[0]) {
      waiting.shift()
      outstanding += next.bytes
      next.admit()
    }
  }

  return {
    take(bytes) {
      if (isShut) return Promise.resolve()
      if (waiting.length === 0 && fits(bytes)) {
        outstanding += bytes
        return Promise.resolve()
      }
      return new Promise((admit) => waiting.push({ bytes, admit }))
    },
    give(bytes, ackMs) {
      outstanding -= bytes
      if (ackMs > slowAckMs) {
        // Acknowledgements of one window's worth tell of the same queue: halve once for them all.
        if (now() - halvedAt > slowAckMs) {
          limit = Math.max(SMALLEST_LIMIT, limit / 2)
          halvedAt = now()
        }
      } else if (ackMs < slowAckMs / 2) {
        limit = Math.min(target, limit + bytes / 8)
      }
      admitWaiting()
    },
    shut() {
      isShut = true
      for (const { admit } of waiting.splice(0)) admit()
    },
    get limit() {
      return limit
    },
    get outstanding() {
      return outstanding
    },
  }
}
