import type { Log } from '../../shared/worker/log.ts'
import { watchVitals } from '../../worker/vitals.ts'

const READ_EVERY_MS = 10_000
/** Nothing in main may block; a person notices from about here on. */
const FAULT_FROM_MS = 50

/** Logs as a fault of ours when main's event loop was held up; returns what ends it. */
export function watchMainLoop(log: Log): () => void {
  const read = watchVitals()
  const timer = setInterval(() => {
    const { loopDelayP99Ms, rssBytes } = read()
    if (loopDelayP99Ms > FAULT_FROM_MS)
      log.error('main-blocked', { loopDelayP99Ms: Math.round(loopDelayP99Ms), rssBytes })
  }, READ_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
