import { readFileSync } from 'node:fs'
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
      peakRssBytes: peakRssBytes(),
      loopDelayP99Ms: Math.max(0, p99Ms - RESOLUTION_MS),
    }
  }
}

/** On Linux `maxRSS` begins with what the parent had: there the kernel is asked for this process alone. */
function peakRssBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
