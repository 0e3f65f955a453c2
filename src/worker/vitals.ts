import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ProcessVitals } from '../shared/worker/imaging.ts'

const RESOLUTION_MS = 10

/** Watches this process; each reading covers the time since the one before. */
export function watchVitals(): () => ProcessVitals {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  return () => {
    const p99Ms = delay.count === 0 ? 0 : delay.percentile(99) / 1e6
    delay.reset()
    return {
      pid: process.pid,
      rssBytes: process.memoryUsage.rss(),
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      loopDelayP99Ms: Math.max(0, p99Ms - RESOLUTION_MS),
    }
  }
}
