import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import type { BatchView } from '../../shared/domain/batch.ts'
import { type FailureCode, failure } from '../../shared/domain/failure.ts'
import { applyDelta, applyEngineState, EMPTY_SUMMARY, type Summary } from './summary.ts'
import { taskbarProgress } from './taskbar.ts'

function of(batches: readonly BatchView[], status: Partial<Summary['status']> = {}): Summary {
  const running = applyEngineState(EMPTY_SUMMARY, { state: 'running' })
  return applyDelta(running, {
    full: true,
    status: { ...running.status, ...status },
    batches,
    items: [],
    removedBatchIds: [],
  })
}
const half = batchView('half', { doneBytes: 50 })
const heldBy = (kind: 'offline' | 'host-key', code: FailureCode): BatchView => {
  const hold = { kind, failure: failure(code) }
  return { ...half, hold, held: [{ hold, files: 1 }] }
}

test('the taskbar counts bytes of what is under way only', () => {
  expect(taskbarProgress(of([]))).toEqual({ value: -1, mode: 'none' })
  const scanning = batchView('a', { state: 'scanning', totalBytes: 0 })
  expect(taskbarProgress(of([scanning]))).toEqual({ value: 2, mode: 'indeterminate' })
  const ended = batchView('b', { state: 'ended', counts: NO_COUNTS, totalBytes: 900, doneBytes: 900 })
  expect(taskbarProgress(of([half, ended]))).toEqual({ value: 0.5, mode: 'normal' })
})

test('no progress is shown while the engine is started again', () => {
  const restarting = applyEngineState(of([half]), { state: 'restarting', afterMs: 1 })
  expect(taskbarProgress(restarting)).toEqual({ value: -1, mode: 'none' })
})

test('red is for what went wrong, not for a question, a pause or a NAS that comes back by itself', () => {
  const modes = (...batches: BatchView[]): string => taskbarProgress(of(batches)).mode
  expect(modes({ ...half, counts: { ...NO_COUNTS, review: 2 } })).toBe('paused')
  expect(modes({ ...half, counts: { ...NO_COUNTS, active: 1, review: 2 } })).toBe('normal')
  expect(taskbarProgress(of([half], { pausedAll: true })).mode).toBe('paused')
  expect(modes(heldBy('offline', 'nas-unreachable'))).toBe('paused')
  expect(modes(heldBy('host-key', 'host-key-changed'))).toBe('error')
  expect(modes({ ...half, counts: { ...NO_COUNTS, active: 1, failed: 1 }, failedUnseen: 1 })).toBe('error')
})

test('what failed stands red on the taskbar after all has ended, until somebody looked', () => {
  const failed = batchView('a', { state: 'ended', counts: { ...NO_COUNTS, failed: 7 }, failedUnseen: 7 })
  expect(taskbarProgress(of([failed]))).toEqual({ value: 1, mode: 'error' })
  expect(taskbarProgress(of([{ ...failed, failedUnseen: 0 }]))).toEqual({ value: -1, mode: 'none' })
})
