import { expect, test } from 'vitest'
import { fullDelta, sampleBatch, sampleItem } from '../../../test/support/renderer-preview/sample.ts'
import { type FailureCode, failure } from '../../shared/domain/failure.ts'
import type { Hold } from '../../shared/domain/item.ts'
import { attentionOf, isAllHeld } from './attention.ts'
import { applyDelta, EMPTY_PROJECTION, type Projection } from './projection.ts'

const full: Hold = { kind: 'nas-full', failure: failure('nas-full') }
const key: Hold = { kind: 'host-key', failure: failure('host-key-changed') }
const retry: Hold = { kind: 'retry-at', inMs: 10, attempt: 1, failure: failure('connection-lost') }

function held(state: 'active' | 'ended', ...holds: readonly Hold[]): Projection {
  const items = holds.map((hold, seq) => sampleItem('a', seq, { stage: 'waiting', hold }))
  return applyDelta(EMPTY_PROJECTION, fullDelta([sampleBatch('a', state, 0, items)], items))
}

test('counts what waits, and puts first what only a person can mend', () => {
  expect(attentionOf(held('active', full, full, key), []).map(({ kind, count }) => [kind, count])).toEqual([
    ['host-key', 1],
    ['nas-full', 2],
  ])
})

test('counts apart what waits in the same way for another reason', () => {
  const setUp = (code: FailureCode): Hold => ({ kind: 'nas-setup', failure: failure(code) })
  const [refused, taken] = [setUp('permission-denied'), setUp('remote-conflict')]
  const now = attentionOf(held('active', taken, refused, refused), [])
  expect(now.map(({ failure: { code }, count, others }) => [code, count, others])).toEqual([
    ['permission-denied', 2, 1],
  ])
  expect(attentionOf(held('active', refused, refused, refused), now)).not.toBe(now)
})

test('does not alarm over a pause or a retry that comes by itself', () => {
  expect(attentionOf(held('active', { kind: 'paused' }, retry), [])).toEqual([])
})

test('an ended batch holds nothing back any more', () => {
  expect(attentionOf(held('ended', full), [])).toEqual([])
})

test('keeps its identity while nothing changed, so that the banner is not drawn ten times a second', () => {
  const before = attentionOf(held('active', full), [])
  expect(attentionOf(held('active', full), before)).toBe(before)
  expect(attentionOf(held('active', full, full), before)).not.toBe(before)
})

test('a batch whose files are all held, decided or waiting for a decision has nothing to estimate', () => {
  const heldBeside = (stage: 'waiting' | 'done' | 'review'): Projection => {
    const items = [sampleItem('a', 0, { stage: 'waiting', hold: full }), sampleItem('a', 1, { stage })]
    return applyDelta(EMPTY_PROJECTION, fullDelta([sampleBatch('a', 'active', 0, items)], items))
  }
  expect(isAllHeld(held('active', full, retry), 'a')).toBe(true)
  expect(isAllHeld(heldBeside('done'), 'a')).toBe(true)
  expect(isAllHeld(heldBeside('review'), 'a')).toBe(true)
  expect(isAllHeld(heldBeside('waiting'), 'a')).toBe(false)
})
