/** What may have been saved up while nothing was sent, as a time at the rate. */
const BURST_MS = 250
const SMALLEST_PIECE = 4 * 1024
const PIECES_PER_SECOND = 8

/** How many bytes pass in a second, over all connections, in order of asking: a token bucket. */
export interface RateLimit {
  /** Null: as many as can. Holds at once, for those who wait too. */
  set(bytesPerSecond: number | null): void
  /** Waits until `bytes` may pass. An abort ends the wait, and they are not counted. */
  take(bytes: number, signal?: AbortSignal): Promise<void>
  /** What to ask for at a time at most, so that a low rate is a trickle that can be seen to move. */
  readonly pieceBytes: number
}

/** Of what is sent, and of what is read. */
export interface RateLimits {
  readonly up: RateLimit
  readonly down: RateLimit
}

/** Limits that are not set yet. `now` is monotonic, ms. */
export function createRateLimits(now: () => number): RateLimits {
  return { up: createRateLimit(now), down: createRateLimit(now) }
}

/** As above, of one direction. */
export function createRateLimit(now: () => number): RateLimit {
  const waiting = new Set<{ readonly bytes: number; admit(): void }>()
  let rate: number | null = null
  /** Below 0 when more passed than there was: one request is let through whole, and those behind it wait for it. */
  let tokens = 0
  let filledAt = now()
  let timer: NodeJS.Timeout | undefined

  const fill = (): void => {
    const at = now()
    if (rate !== null) tokens = Math.min(burst(rate), tokens + (rate * (at - filledAt)) / 1000)
    filledAt = at
  }

  const admitWaiting = (): void => {
    clearTimeout(timer)
    fill()
    for (const next of waiting) {
      if (rate !== null && tokens <= 0) break
      waiting.delete(next)
      tokens -= next.bytes
      next.admit()
    }
    // One more than it takes: at exactly 0 nobody is let through.
    if (waiting.size > 0 && rate !== null) timer = setTimeout(admitWaiting, Math.ceil(((1 - tokens) * 1000) / rate))
  }

  return {
    set(bytesPerSecond) {
      fill()
      if (bytesPerSecond === null || rate === null) tokens = 0
      else tokens = Math.min(burst(bytesPerSecond), tokens)
      rate = bytesPerSecond
      admitWaiting()
    },
    async take(bytes, signal) {
      if (rate === null || signal?.aborted) return
      const { promise, resolve: admit } = Promise.withResolvers<void>()
      const entry = { bytes, admit }
      const drop = (): void => {
        waiting.delete(entry)
        admit()
      }
      signal?.addEventListener('abort', drop, { once: true })
      waiting.add(entry)
      admitWaiting()
      await promise
      signal?.removeEventListener('abort', drop)
    },
    get pieceBytes() {
      return rate === null ? Number.POSITIVE_INFINITY : Math.max(SMALLEST_PIECE, Math.ceil(rate / PIECES_PER_SECOND))
    },
  }
}

function burst(bytesPerSecond: number): number {
  return (bytesPerSecond * BURST_MS) / 1000
}
