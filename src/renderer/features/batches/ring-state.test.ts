import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../../test/support/batch-view.ts'
import type { BatchView } from '../../../shared/domain/batch.ts'
import { failure } from '../../../shared/domain/failure.ts'
import { ringStateOf } from './ring-state.ts'

const ended = (counts: Partial<BatchView['counts']>, warned = 0): string =>
  ringStateOf(batchView('a', { state: 'ended', counts: { ...NO_COUNTS, ...counts }, warned }), { state: 'starting' })

test('green is for what was uploaded, all of it, without a warning', () => {
  expect(ended({ done: 3 })).toBe('done')
  expect(ended({ done: 3, skipped: 2 })).toBe('done')
  expect(ended({ skipped: 379, cancelled: 9_621 })).toBe('empty')
  expect(ended({ skipped: 3 })).toBe('empty')
  expect(ended({ done: 3, cancelled: 1 })).toBe('empty')
  expect(ended({ done: 3, failed: 1 })).toBe('failed')
  // Prints at 16 dpi.
  expect(ended({ done: 59 }, 59)).toBe('warned')
})

test('a batch that stands still has the sign of why', () => {
  const active = (hold: BatchView['hold']): string => ringStateOf(batchView('a', { hold }), { state: 'running' })
  expect(active(null)).toBe('moving')
  expect(active({ kind: 'twin' })).toBe('moving')
  expect(active({ kind: 'elsewhere', failure: failure('claimed-elsewhere') })).toBe('moving')
  expect(active({ kind: 'paused' })).toBe('paused')
  expect(active({ kind: 'scheduled', until: null })).toBe('paused')
  expect(active({ kind: 'offline', failure: failure('nas-unreachable') })).toBe('attention')
})

test('no ring turns while the engine is not there, or not there again', () => {
  const engines = [{ state: 'starting' }, { state: 'restarting', afterMs: 1 }] as const
  for (const engine of [...engines, { state: 'stopped', failure: failure('internal') } as const])
    for (const state of ['scanning', 'active', 'paused'] as const)
      expect(ringStateOf(batchView('a', { state }), engine)).toBe('paused')
  expect(ringStateOf(batchView('a', { state: 'scanning' }), { state: 'running' })).toBe('scanning')
})
