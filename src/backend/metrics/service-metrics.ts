import { monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'
import type { RecordOutcome, Took } from '../../shared/api/records.ts'
import type { PoolState } from '../database/database.ts'
import { createCounter, createHistogram, formatMetrics, gauge } from './prometheus.ts'

const REQUEST_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** A workstation may be offline for days. */
const DELAY_BOUNDS = [1, 5, 30, 60, 300, 3_600, 86_400, 604_800]
/** A print file of 50 MB over a slow line takes minutes. */
const UPLOAD_BOUNDS = [1, 5, 15, 60, 300, 1_800]
const MATCHING_BOUNDS = [0.01, 0.05, 0.25, 1, 5]
/** Of the monitor; it is in what the monitor tells. */
const RESOLUTION_MS = 10

const storedSchema = z.object({ uploadedAt: z.iso.datetime() })

/** What the service counts of its own work: nothing of a shop, not even its name. */
export interface ServiceMetrics {
  requestEnded(request: { readonly route: string; readonly method: string }, status: number, seconds: number): void
  /** Of a chunk; of new designs, how long after their files were stored. */
  recordsAnswered(kind: string, records: readonly unknown[], outcomes: readonly RecordOutcome[]): void
  /** On workstations, as they say with their records. */
  workTook(took: Took): void
  /** All of it; `sending`: how many designs are claimed at this moment. */
  render(sending: number): string
  stop(): void
}

export function createServiceMetrics(pool: () => PoolState | null): ServiceMetrics {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const requests = createCounter('galley_requests_total', 'Requests, by route and status.')
  const durations = createHistogram('galley_request_seconds', 'How long they took.', REQUEST_BOUNDS)
  const records = createCounter('galley_records_total', 'Records, by kind and outcome; rejected ones are failures.')
  const delays = createHistogram(
    'galley_record_delay_seconds',
    'From the file on the NAS to its record here, by the workstation clock.',
    DELAY_BOUNDS,
  )
  const uploads = createHistogram(
    'galley_upload_seconds',
    'Of a file to the NAS, verified and named, as workstations say with their records.',
    UPLOAD_BOUNDS,
  )
  const matching = createHistogram(
    'galley_matching_seconds',
    'Of up to 20 files compared with the library at once, as workstations say with their records.',
    MATCHING_BOUNDS,
  )
  const seconds = (ms: number): number => Math.max(0, ms - RESOLUTION_MS) / 1_000
  return {
    requestEnded({ route, method }, status, took) {
      requests.count({ route, method, status: String(status) })
      durations.observe({ route, method }, took)
    },
    recordsAnswered(kind, sent, outcomes) {
      for (const [at, { status }] of outcomes.entries()) {
        records.count({ kind, outcome: status })
        const { data } = storedSchema.safeParse(sent[at])
        if (status === 'created' && data !== undefined)
          delays.observe({}, (Date.now() - Date.parse(data.uploadedAt)) / 1_000)
      }
    },
    workTook(took) {
      for (const one of took.upload) uploads.observe({}, one)
      for (const one of took.matching) matching.observe({}, one)
    },
    render(sending) {
      const text = formatMetrics([
        ...[requests, durations, records, delays, uploads, matching],
        gauge('galley_designs_sending', 'Designs that workstations have claimed and not recorded yet.', () => [
          { value: sending },
        ]),
        gauge('galley_event_loop_delay_seconds', 'Since it was last asked.', () => [
          { labels: { quantile: '0.5' }, value: seconds(delay.percentile(50) / 1e6) },
          { labels: { quantile: '0.99' }, value: seconds(delay.percentile(99) / 1e6) },
          { labels: { quantile: '1' }, value: seconds(delay.max / 1e6) },
        ]),
        gauge('galley_memory_bytes', 'Of the process.', () => {
          const { rss, heapUsed, external } = process.memoryUsage()
          return Object.entries({ rss, heapUsed, external }).map(([kind, value]) => ({ labels: { kind }, value }))
        }),
        gauge('galley_database_connections', 'Of the pool; none where the database is embedded.', () =>
          Object.entries(pool() ?? {}).map(([state, value]) => ({ labels: { state }, value })),
        ),
      ])
      delay.reset()
      return text
    },
    stop: () => void delay.disable(),
  }
}
