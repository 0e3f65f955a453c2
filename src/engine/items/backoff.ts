const FIRST_MS = 1_000
const LONGEST_MS = 5 * 60_000

/** How long to wait before attempt `attempt` + 1, ms: exponential from 1 s to 5 min with full jitter, so that the
 *  workstations of a shop do not come back all at once. `random` is uniform in [0, 1). After "Exponential Backoff And
 *  Jitter", M. Brooker, 2015. A wait that the other side asked for is never undercut. */
export function backoffMs(attempt: number, random: number, retryAfterMs = 0): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1))
  return Math.max(retryAfterMs, Math.round(ceiling * random))
}
