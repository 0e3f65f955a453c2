import type { BatchView } from '../../shared/domain/batch.ts'
import { canMove, canPause, type EngineState } from '../../shared/domain/work-status.ts'
import { heldWord, statusLine } from '../../shared/texts/status-words.ts'
import { whatBecame } from '../background/notice-words.ts'
import { type Summary, shopNameAmong } from '../background/summary.ts'
import type { MainTexts } from '../texts/main-en.ts'

export type TrayAction =
  | { readonly kind: 'open' | 'settings' | 'resume' | 'retry-failed' | 'quit' }
  /** `forMs` null: until resumed. */
  | { readonly kind: 'pause'; readonly forMs: number | null }
  | { readonly kind: 'show-batch'; readonly shopId: string; readonly batchId: string }

export type TrayItem =
  | { readonly kind: 'line' }
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'action'; readonly label: string; readonly action: TrayAction; readonly isEnabled: boolean }
  | { readonly kind: 'group'; readonly label: string; readonly items: readonly TrayItem[]; readonly isEnabled: boolean }

const RECENT_BATCHES = 5
const HOUR_MS = 3_600_000

/** What the tray's menu says and does. `now`: ms since 1970. */
export function trayMenu(summary: Summary, t: MainTexts, now: number): readonly TrayItem[] {
  const { pause, pauseFor, ...labels } = t.tray
  const toRetry = batchesToRetry(summary).reduce((sum, batch) => sum + batch.toRetry, 0)
  const batches = summary.batches.slice(0, RECENT_BATCHES)
  const { work } = summary
  const isAlive = work.kind !== 'stopped'
  return [
    { kind: 'text', label: statusLine(work, t.work, now) },
    ...(work.kind === 'held' || work.kind === 'stopped' ? [whyText(t.work.failure(work.failure))] : []),
    { kind: 'line' },
    action(labels.open, { kind: 'open' }),
    summary.status.pausedAll
      ? action(labels.resume, { kind: 'resume' }, isAlive)
      : {
          kind: 'group',
          label: pause,
          isEnabled: canPause(work),
          items: [
            action(pauseFor.halfHour, { kind: 'pause', forMs: HOUR_MS / 2 }),
            action(pauseFor.twoHours, { kind: 'pause', forMs: 2 * HOUR_MS }),
            action(pauseFor.untilResumed, { kind: 'pause', forMs: null }),
          ],
        },
    ...(toRetry > 0 ? [action(labels.retryFailed(toRetry), { kind: 'retry-failed' }, isAlive)] : []),
    ...(batches.length > 0 ? [{ kind: 'line' } as const] : []),
    ...batches.map((batch) =>
      action(
        `${t.batchName(batch, shopNameAmong(summary.batches, batch.shopId), now)}: ${howFar(batch, summary.engine, t)}`,
        {
          kind: 'show-batch',
          shopId: batch.shopId,
          batchId: batch.id,
        },
      ),
    ),
    { kind: 'line' },
    action(labels.settings, { kind: 'settings' }),
    action(labels.quit, { kind: 'quit' }),
  ]
}

/** Those of which another try may help files that failed. */
export function batchesToRetry({ batches }: Summary): readonly BatchView[] {
  return batches.filter(({ toRetry }) => toRetry > 0)
}

/** What became of a batch, or how far it is and what keeps it. */
function howFar({ state, counts, hold }: BatchView, engine: EngineState, t: MainTexts): string {
  if (state === 'scanning') return canMove(engine) ? t.work.scanning : t.work[engine.state]
  if (state === 'ended' || counts.active === 0) return whatBecame(counts, t)
  const { done, active, ...others } = counts
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const rest = Object.values(others).some((count) => count > 0) ? [t.work.outcome({ ...others, done: 0 })] : []
  return [...why(state, hold, t), t.tray.progress(done, total), ...rest].join(' · ')
}

function why(state: BatchView['state'], hold: BatchView['hold'], { work: t }: MainTexts): readonly string[] {
  if (state === 'paused' || hold?.kind === 'paused') return [t.paused(null)]
  if (hold === null || hold.kind === 'twin' || hold.kind === 'elsewhere') return []
  if (hold.kind === 'library') return [t.library]
  if (hold.kind === 'scheduled') return [t.paused(hold.until)]
  return [heldWord(hold.kind === 'retry-at' ? 'local' : hold.kind, hold.failure, t)]
}

function whyText({ message }: ReturnType<MainTexts['work']['failure']>): TrayItem {
  return { kind: 'text', label: message }
}

function action(label: string, does: TrayAction, isEnabled = true): TrayItem {
  return { kind: 'action', label, action: does, isEnabled }
}
