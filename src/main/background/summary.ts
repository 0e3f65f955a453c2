import type { BatchView } from '../../shared/domain/batch.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import { EMPTY_STATUS, type EngineDelta, type EngineStatus } from '../../shared/ipc/engine.ts'
import type { EngineState } from '../../shared/ipc/window.ts'

/** What main knows of the engine's work: enough for the tray, the taskbar and notices; no items. */
export interface Summary {
  readonly engine: EngineState
  readonly status: Omit<EngineStatus, 'batches'>
  /** Newest first. */
  readonly batches: readonly BatchView[]
}

export const EMPTY_SUMMARY: Summary = {
  engine: { state: 'starting' },
  status: EMPTY_STATUS,
  batches: [],
}

/** The summary after a delta. */
export function applyDelta(summary: Summary, delta: EngineDelta): Summary {
  const gone = new Set([...delta.removedBatchIds, ...delta.batches.map(({ id }) => id)])
  const kept = delta.full ? [] : summary.batches.filter(({ id }) => !gone.has(id))
  return {
    engine: summary.engine,
    status: delta.status,
    batches: [...kept, ...delta.batches].sort((a, b) => b.createdAt - a.createdAt),
  }
}

export type TrayState = 'idle' | 'working' | 'paused' | 'attention'

/** The one state that the tray shows; attention outranks paused, paused outranks working. */
export function trayState({ engine, status, batches }: Summary): TrayState {
  const open = batches.filter(({ state }) => state !== 'ended')
  if (engine.state === 'stopped' || open.some(({ counts }) => counts.review > 0 || counts.failed > 0))
    return 'attention'
  if (open.length === 0) return 'idle'
  if (waitingFor(open) !== null) return 'attention'
  const isPaused = status.pausedAll || status.speedLimit.bytesPerSecond === 0
  return isPaused || open.every(({ state }) => state === 'paused') ? 'paused' : 'working'
}

/** What must be set right before any batch goes on; null while one of them moves, or it may come right by itself. */
export function waitingFor(batches: readonly BatchView[]): Failure | null {
  const open = batches.filter(({ state, counts }) => state !== 'ended' && counts.active > 0)
  const failures = open.map(({ hold }) =>
    hold !== null && 'failure' in hold && hold.kind !== 'offline' && hold.kind !== 'retry-at' ? hold.failure : null,
  )
  return failures.includes(null) ? null : (failures[0] ?? null)
}

/** Items that are not at their end. */
export function openItemCount({ batches }: Summary): number {
  return batches.reduce((sum, { counts }) => sum + counts.active + counts.review, 0)
}

export interface TaskbarProgress {
  /** 0 to 1; 2 for "nobody knows", -1 for none. */
  readonly value: number
  readonly mode: 'none' | 'normal' | 'indeterminate' | 'paused' | 'error'
}

/** The progress on the taskbar: all batches under way, in bytes. */
export function taskbarProgress(summary: Summary): TaskbarProgress {
  const open = summary.batches.filter(({ state }) => state !== 'ended')
  if (open.length === 0) return { value: -1, mode: 'none' }
  const total = open.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
  const done = open.reduce((sum, { doneBytes }) => sum + doneBytes, 0)
  if (total === 0 || open.every(({ state }) => state === 'scanning')) return { value: 2, mode: 'indeterminate' }
  const state = trayState(summary)
  const mode = state === 'paused' ? 'paused' : state === 'attention' ? 'error' : 'normal'
  return { value: Math.min(1, done / total), mode }
}

/** Batches that came to their end between two summaries. One that a summary shows for the first time has ended before. */
export function endedBetween(before: Summary, after: Summary): readonly BatchView[] {
  const open = new Set(before.batches.filter(({ state }) => state !== 'ended').map(({ id }) => id))
  return after.batches.filter(({ id, state }) => state === 'ended' && open.has(id))
}
