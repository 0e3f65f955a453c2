import { setTimeout as pause } from 'node:timers/promises'
import { isRefused, type Reply } from '../failures.ts'

/** A virus scanner holds a file that was just written, and a server that has no handle left gets one back, within seconds. */
const PAUSES_MS = [200, 500, 1_200, 2_000]

/** Asks again for some seconds what was refused without a reason that a NAS gives for good. */
export async function patiently<T>(ask: () => Promise<Reply<T>>, signal?: AbortSignal): Promise<Reply<T>> {
  let reply = await ask()
  for (const pauseMs of PAUSES_MS) {
    if (!isRefused(reply, 'unsaid', 'other') || signal?.aborted === true) return reply
    await pause(pauseMs, undefined, { signal }).catch(() => undefined)
    reply = await ask()
  }
  return reply
}
