import { waitsForSomebody } from '../../shared/domain/failure.ts'
import type { Result } from '../../shared/domain/result.ts'
import { backoffMs } from '../items/backoff.ts'
import type { RecordClient } from './client.ts'

export interface ListenOptions {
  /** The shop's service; asked for anew for each connection. */
  readonly service: () => Promise<Result<Pick<RecordClient, 'news'>>>
  readonly onNews: () => void
  readonly random: () => number
  readonly signal: AbortSignal
}

/** Hears of what other workstations store, as long as `signal` lasts; where it cannot be heard, the feed is read now and
 *  then all the same. Ends where a person has to change something first. */
export async function listen({ service, onNews, random, signal }: ListenOptions): Promise<void> {
  let lastRev: number | null = null
  for (let attempt = 1; !signal.aborted; attempt++) {
    const heard = (rev: number): void => {
      attempt = 1
      lastRev = rev
      onNews()
    }
    const client = await service()
    const ended = client.ok ? await client.value.news(lastRev, heard, signal) : client
    if (!ended.ok && waitsForSomebody(ended.failure.code)) return
    await pause(Math.max(MIN_PAUSE_MS, backoffMs(attempt, random())), signal)
  }
}

/** A service that ends each stream at once is not asked without a pause. */
const MIN_PAUSE_MS = 200

/** Settles after that long, or at once when all is stopped. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
    function end(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
