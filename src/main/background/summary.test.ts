import { expect, test } from 'vitest'
import type { BatchView } from '../../shared/domain/batch.ts'
import { EMPTY_STATUS, type EngineDelta } from '../../shared/ipc/engine.ts'
import { applyDelta, EMPTY_SUMMARY, endedBetween, openItemCount, taskbarProgress, trayState } from './summary.ts'

const counts = { done: 0, skipped: 0, failed: 0, cancelled: 0, review: 0, active: 0 }

function batch(id: string, change: Partial<BatchView> = {}): BatchView {
  return {
    id,
    shopId: 'shop',
    templateId: 'template',
    createdAt: 0,
    policy: { onDuplicate: 'skip', onSimilar: 'review' },
    priority: 'normal',
    state: 'active',
    ignoredCount: 0,
    shopName: 'Shop',
    templateName: 'UVDTF 16oz',
    counts: { ...counts, active: 1 },
    hold: null,
    totalBytes: 100,
    doneBytes: 0,
    ...change,
  }
}

function delta(change: Partial<EngineDelta>): EngineDelta {
  return { full: false, status: EMPTY_SUMMARY.status, batches: [], items: [], removedBatchIds: [], ...change }
}

const of = (...batches: BatchView[]) => ({ ...EMPTY_SUMMARY, engine: { state: 'running' } as const, batches })
const paused = { ...EMPTY_STATUS, pausedAll: true }

test('a full delta forgets batches that a restarted engine no longer has', () => {
  const after = applyDelta(of(batch('old')), delta({ full: true, batches: [batch('new')] }))
  expect(after.batches.map(({ id }) => id)).toEqual(['new'])
})

test('a delta replaces a batch in place of adding it twice, drops removed ones, and keeps the newest first', () => {
  const before = of(batch('c', { createdAt: 3 }), batch('b', { createdAt: 2 }), batch('a', { createdAt: 1 }))
  const change = delta({ batches: [batch('a', { createdAt: 1, doneBytes: 50 })], removedBatchIds: ['c'] })
  const after = applyDelta(before, change)
  expect(after.batches.map(({ id, doneBytes }) => [id, doneBytes])).toEqual([
    ['b', 0],
    ['a', 50],
  ])
})

test('attention outranks paused, and old failures of ended batches do not call for it for ever', () => {
  expect(trayState(of())).toBe('idle')
  expect(trayState(of(batch('a')))).toBe('working')
  expect(trayState({ ...of(batch('a')), status: paused })).toBe('paused')
  const speedLimit = { bytesPerSecond: 0, until: '19:00', timetable: [] }
  expect(trayState({ ...of(batch('a')), status: { ...EMPTY_STATUS, speedLimit } })).toBe('paused')
  expect(trayState({ ...of(batch('a', { counts: { ...counts, review: 1 } })), status: paused })).toBe('attention')
  expect(trayState(of(batch('a', { state: 'ended', counts: { ...counts, failed: 4 } })))).toBe('idle')
})

test('a stopped engine calls for attention even with nothing to do', () => {
  const failure = { code: 'internal', message: '', action: '' } as const
  expect(trayState({ ...EMPTY_SUMMARY, engine: { state: 'stopped', failure } })).toBe('attention')
})

test('the taskbar counts bytes of what is under way only', () => {
  expect(taskbarProgress(of())).toEqual({ value: -1, mode: 'none' })
  expect(taskbarProgress(of(batch('a', { state: 'scanning', totalBytes: 0 })))).toEqual({
    value: 2,
    mode: 'indeterminate',
  })
  const half = [batch('a', { doneBytes: 50 }), batch('b', { state: 'ended', totalBytes: 900, doneBytes: 900 })]
  expect(taskbarProgress(of(...half))).toEqual({ value: 0.5, mode: 'normal' })
  expect(taskbarProgress({ ...of(...half), status: paused }).mode).toBe('paused')
})

test('a batch is told of once when it ends, and not again after a restart', () => {
  const open = of(batch('a'), batch('b'))
  const ended = of(batch('a', { state: 'ended' }), batch('b'))
  expect(endedBetween(open, ended).map(({ id }) => id)).toEqual(['a'])
  expect(endedBetween(ended, ended)).toEqual([])
  expect(endedBetween(EMPTY_SUMMARY, ended)).toEqual([])
})

test('what waits for a decision still counts as unfinished when quitting', () => {
  expect(openItemCount(of(batch('a', { counts: { ...counts, active: 2, review: 3, done: 9 } })))).toBe(5)
})
