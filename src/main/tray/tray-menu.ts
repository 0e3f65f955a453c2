import type { BatchView } from '../../shared/domain/batch.ts'
import { openItemCount, type Summary, trayState, waitingFor } from '../background/summary.ts'
import { texts } from '../texts.ts'

export type TrayAction =
  | { readonly kind: 'open' | 'settings' | 'resume' | 'retry-failed' | 'quit' }
  /** `forMs` null: until resumed. */
  | { readonly kind: 'pause'; readonly forMs: number | null }
  | { readonly kind: 'show-batch'; readonly batchId: string }

export type TrayItem =
  | { readonly kind: 'line' }
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'action'; readonly label: string; readonly action: TrayAction }
  | { readonly kind: 'group'; readonly label: string; readonly items: readonly TrayItem[] }

const RECENT_BATCHES = 5
const HOUR_MS = 3_600_000

/** What the tray's menu says and does. */
export function trayMenu(summary: Summary): readonly TrayItem[] {
  const { pause, pauseFor, ...labels } = texts.tray
  const failedCount = failedBatches(summary).reduce((sum, { counts }) => sum + counts.failed, 0)
  const batches = summary.batches.slice(0, RECENT_BATCHES)
  return [
    { kind: 'text', label: statusLine(summary) },
    { kind: 'line' },
    action(labels.open, { kind: 'open' }),
    summary.status.pausedAll
      ? action(labels.resume, { kind: 'resume' })
      : {
          kind: 'group',
          label: pause,
          items: [
            action(pauseFor.halfHour, { kind: 'pause', forMs: HOUR_MS / 2 }),
            action(pauseFor.twoHours, { kind: 'pause', forMs: 2 * HOUR_MS }),
            action(pauseFor.untilResumed, { kind: 'pause', forMs: null }),
          ],
        },
    ...(failedCount > 0 ? [action(labels.retryFailed(failedCount), { kind: 'retry-failed' })] : []),
    ...(batches.length > 0 ? [{ kind: 'line' } as const] : []),
    ...batches.map((batch) => action(labels.batch(batch), { kind: 'show-batch', batchId: batch.id })),
    { kind: 'line' },
    action(labels.settings, { kind: 'settings' }),
    action(labels.quit, { kind: 'quit' }),
  ]
}

export function failedBatches({ batches }: Summary): readonly BatchView[] {
  return batches.filter(({ counts }) => counts.failed > 0)
}

/** The state in one line: the menu's first, and the icon's tip. */
export function statusLine(summary: Summary): string {
  const { engine, status, batches } = summary
  const labels = texts.tray
  if (engine.state === 'stopped') return labels.stopped
  const open = batches.filter(({ state }) => state !== 'ended')
  const review = open.reduce((sum, { counts }) => sum + counts.review, 0)
  const failed = open.reduce((sum, { counts }) => sum + counts.failed, 0)
  switch (trayState(summary)) {
    case 'attention':
      if (review > 0) return labels.needsReview(review)
      return failed > 0 ? labels.someFailed(failed) : (waitingFor(open)?.message ?? labels.someFailed(failed))
    case 'paused':
      return labels.paused(openItemCount(summary))
    case 'working':
      return labels.working(openItemCount(summary), status.bytesPerSecond)
    case 'idle':
      return labels.idle
  }
}

function action(label: string, does: TrayAction): TrayItem {
  return { kind: 'action', label, action: does }
}
