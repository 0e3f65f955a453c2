import { expect, test } from 'vitest'
import { batchView } from '../../../test/support/batch-view.ts'
import type { BatchView } from '../../shared/domain/batch.ts'
import type { EngineDelta } from '../../shared/ipc/engine.ts'
import { applyDelta, applyEngineState, EMPTY_SUMMARY, type Summary } from './summary.ts'

function delta(change: Partial<EngineDelta>): EngineDelta {
  return { full: false, status: EMPTY_SUMMARY.status, batches: [], items: [], removedBatchIds: [], ...change }
}

const running = applyEngineState(EMPTY_SUMMARY, { state: 'running' })
const of = (...batches: BatchView[]): Summary => applyDelta(running, delta({ full: true, batches }))

test('a full delta forgets batches that a restarted engine no longer has', () => {
  const after = applyDelta(of(batchView('old')), delta({ full: true, batches: [batchView('new')] }))
  expect(after.batches.map(({ id }) => id)).toEqual(['new'])
})

test('a delta replaces a batch in place of adding it twice, drops removed ones, and keeps the newest first', () => {
  const [a, b, c] = [1, 2, 3].map((createdAt) => batchView(`created ${createdAt}`, { createdAt })) as [
    BatchView,
    BatchView,
    BatchView,
  ]
  const change = delta({ batches: [{ ...a, doneBytes: 50 }], removedBatchIds: [c.id] })
  const after = applyDelta(of(c, b, a), change)
  expect(after.batches.map(({ id, doneBytes }) => [id, doneBytes])).toEqual([
    [b.id, 0],
    [a.id, 50],
  ])
})

test('what it comes to follows each change of the batches, and of the engine', () => {
  expect([EMPTY_SUMMARY, running, of(batchView('a'))].map(({ work }) => work.kind)).toEqual([
    'starting',
    'idle',
    'working',
  ])
  expect(applyEngineState(of(batchView('a')), { state: 'restarting', afterMs: 1 }).work.kind).toBe('restarting')
})
