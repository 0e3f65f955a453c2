import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import type { BatchView } from './batch.ts'
import { type FailureCode, failure } from './failure.ts'
import type { Hold } from './item.ts'
import { canMove, isWrong, statusOf, type WorkFacts, type WorkStatus } from './work-status.ts'

const full: Hold = { kind: 'nas-full', failure: failure('nas-full'), nextTryAt: 5 }
const key: Hold = { kind: 'host-key', failure: failure('host-key-changed') }
const away: Hold = { kind: 'offline', failure: failure('nas-unreachable'), nextTryAt: 7 }
const retry: Hold = { kind: 'retry-at', attempt: 1, nextTryAt: 9, failure: failure('source-busy') }

const calm: WorkFacts = {
  engine: { state: 'running' },
  status: { pausedAll: false, bytesPerSecond: 5, speedLimit: { bytesPerSecond: null, until: null } },
  batches: [],
}
const of = (...batches: readonly BatchView[]): WorkStatus => statusOf({ ...calm, batches })

/** A batch of which nothing goes on, each file for its reason. */
function held(...holds: readonly Hold[]): BatchView {
  const [hold = null] = holds
  const counts = { ...NO_COUNTS, active: holds.length }
  return batchView('held', { counts, hold, held: holds.map((one) => ({ hold: one, files: 1 })) })
}

test('says who waits for what, and puts first what only a person can mend', () => {
  const status = of(held(full, full, key))
  expect(status).toMatchObject({ kind: 'held', failure: { code: 'nas-full' }, nextTryAt: 5, toGo: 3 })
  expect(status.held.map(({ kind, count }) => [kind, count])).toEqual([
    ['host-key', 1],
    ['nas-full', 2],
  ])
})

test('counts apart what waits in the same way for another reason', () => {
  const setUp = (code: FailureCode): Hold => ({ kind: 'nas-setup', failure: failure(code) })
  const [refused, taken] = [setUp('permission-denied'), setUp('remote-conflict')]
  expect(of(held(taken, refused, refused)).held).toMatchObject([
    { failure: { code: 'permission-denied' }, count: 2, others: 1 },
  ])
})

test('a NAS that is away is not worked with, and when it is tried next is told', () => {
  expect(of(held(away))).toMatchObject({ kind: 'held', shown: 'offline', nextTryAt: 7 })
})

test('a batch that moves is worked on though another is held, which is told beside it', () => {
  const status = of(held(away), batchView('moving'))
  expect(status).toMatchObject({ kind: 'working', bytesPerSecond: 5, toGo: 2 })
  expect(status.held).toMatchObject([{ kind: 'offline', count: 1 }])
})

test('files that are each tried again by themselves are held, but nothing is made of it beyond that', () => {
  expect(of(held(retry))).toMatchObject({ kind: 'held', shown: 'local', nextTryAt: 9, held: [] })
})

test('while everything is paused, or the only batch is, nothing is said to work', () => {
  const status = { ...calm.status, pausedAll: true }
  expect(statusOf({ ...calm, status, batches: [batchView('a')] })).toMatchObject({ kind: 'paused', until: null })
  // What is on the NAS is recorded in a pause too.
  expect(of(batchView('a', { state: 'paused', hold: null }))).toMatchObject({ kind: 'paused' })
  const scheduled = held({ kind: 'scheduled', until: '19:00' })
  expect(of(scheduled)).toMatchObject({ kind: 'paused', until: '19:00' })
  expect(of(scheduled, batchView('a', { state: 'paused' }))).toMatchObject({ kind: 'paused', until: null })
})

test('twins of a file in review wait for the same decision', () => {
  const twin = batchView('twin', { hold: { kind: 'twin' }, held: [{ hold: { kind: 'twin' }, files: 1 }] })
  const asks = batchView('asks', { counts: { ...NO_COUNTS, review: 1 } })
  expect(of(twin, asks)).toMatchObject({ kind: 'asking', toDecide: 1 })
})

test('what failed is told until it was seen, before decisions that wait; then there is nothing to do', () => {
  const ended = batchView('a', { state: 'ended', counts: { ...NO_COUNTS, failed: 7 }, failedUnseen: 7 })
  const asks = batchView('asks', { counts: { ...NO_COUNTS, review: 1 } })
  expect(of(ended, asks)).toMatchObject({ kind: 'failed', failedUnseen: 7, toDecide: 1 })
  expect(of({ ...ended, failedUnseen: 0 }, asks)).toMatchObject({ kind: 'asking' })
  expect(of({ ...ended, failedUnseen: 0 })).toMatchObject({ kind: 'idle' })
})

test('an engine that is away is not said to work', () => {
  const engine = { state: 'stopped', failure: failure('internal') } as const
  expect(statusOf({ ...calm, engine, batches: [batchView('a')] })).toMatchObject({ kind: 'stopped', toGo: 1 })
  const restarting = { state: 'restarting', afterMs: 1 } as const
  expect(statusOf({ ...calm, engine: restarting, batches: [batchView('a')] })).toMatchObject({ kind: 'restarting' })
})

const holds = fc.option(
  fc.constantFrom<Hold>(
    full,
    key,
    away,
    retry,
    { kind: 'paused' },
    { kind: 'scheduled', until: null },
    { kind: 'twin' },
  ),
  { nil: null },
)
const few = fc.nat({ max: 2 })
const anyBatch = fc
  .record({
    state: fc.constantFrom('scanning', 'active', 'paused', 'ended'),
    hold: holds,
    failedUnseen: few,
    counts: fc.record({ done: few, skipped: few, failed: few, cancelled: few, review: few, active: few }),
  })
  .map(({ hold, ...batch }) =>
    batchView('any', { ...batch, hold, held: hold === null ? [] : [{ hold, files: batch.counts.active }] }),
  )
const anyFacts: fc.Arbitrary<WorkFacts> = fc.record({
  engine: fc.constantFrom<WorkFacts['engine']>(
    ...([{ state: 'starting' }, { state: 'running' }, { state: 'restarting', afterMs: 1 }] as const),
    { state: 'stopped', failure: failure('internal') },
  ),
  status: fc.boolean().map((pausedAll) => ({ ...calm.status, pausedAll })),
  batches: fc.array(anyBatch, { maxLength: 4 }),
})

test('nothing is told as working that cannot move, nor as idle where something failed unseen or waits', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { engine, status, batches } = facts
      const now = statusOf(facts)
      const open = batches.filter(({ state }) => state !== 'ended')
      const isFree = open.some(
        ({ state, hold, counts }) => state !== 'paused' && hold === null && (counts.active > 0 || state === 'scanning'),
      )
      const isAlive = engine.state === 'running' && !status.pausedAll
      expect(now.kind === 'working').toBe(isAlive && isFree)
      expect(canMove(engine)).toBe(engine.state === 'running')
      if (!canMove(engine)) expect(now.kind).toBe(engine.state)
      if (now.kind === 'idle') {
        expect(batches.every(({ failedUnseen }) => failedUnseen === 0)).toBe(true)
        expect(open.every(({ counts }) => counts.active + counts.review === 0)).toBe(true)
      }
      // Nobody is alarmed by a question.
      const hasQuestionsOnly = batches.every(({ failedUnseen, hold }) => failedUnseen === 0 && hold === null)
      if (hasQuestionsOnly && engine.state !== 'stopped') expect(isWrong(now)).toBe(false)
    }),
  )
})
