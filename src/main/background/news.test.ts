import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import type { BatchView } from '../../shared/domain/batch.ts'
import { failure } from '../../shared/domain/failure.ts'
import type { Hold } from '../../shared/domain/item.ts'
import { MAIN_TEXTS } from '../texts/main-texts.ts'
import { followNews } from './news.ts'
import { noticeOf } from './notice-words.ts'
import { applyDelta, applyEngineState, EMPTY_SUMMARY, type Summary } from './summary.ts'

function of(...batches: readonly BatchView[]): Summary {
  const running = applyEngineState(EMPTY_SUMMARY, { state: 'running' })
  return applyDelta(running, { full: true, status: running.status, batches, items: [], removedBatchIds: [] })
}

/** What was told, walking from one summary to the next, in the words of the notices. */
function told(...summaries: readonly Summary[]): string[] {
  const newsBetween = followNews(1)
  return summaries.slice(1).flatMap((after, index) => {
    const before = summaries[index]
    if (before === undefined) throw new Error('no summary before')
    return newsBetween(before, after).map((news) => noticeOf(news, MAIN_TEXTS.en, 0).title)
  })
}

const moving = batchView('a', { counts: { ...NO_COUNTS, active: 3 } })
function held(hold: Hold): Summary {
  return of({ ...moving, hold, held: [{ hold, files: 3 }] })
}
const away = held({ kind: 'offline', failure: failure('nas-unreachable'), isSettled: true })
const moment = held({ kind: 'offline', failure: failure('nas-unreachable') })
const changed = held({ kind: 'host-key', failure: failure('host-key-changed'), isSettled: true })
const rested = (counts: Partial<BatchView['counts']>, state: BatchView['state'] = 'ended'): Summary =>
  of(batchView('a', { state, counts: { ...NO_COUNTS, ...counts } }))

test('a NAS that went away is told of once, however often it is tried, and again only when it was there between', () => {
  const gone = 'The NAS does not answer.'
  expect(told(of(moving), away, away, moment, away)).toEqual([gone])
  expect(told(of(moving), away, of(moving), away)).toEqual([gone, gone])
})

test('what is away is told of once, though it is refused now and silent then', () => {
  const silent = held({ kind: 'offline', failure: failure('nas-timeout'), isSettled: true })
  expect(told(of(moving), away, silent, away)).toEqual(['The NAS does not answer.'])
})

test('two reasons of a kind are told once each, whichever of them more files wait for', () => {
  const missing = held({ kind: 'nas-setup', failure: failure('folder-missing'), isSettled: true })
  const denied = held({ kind: 'nas-setup', failure: failure('permission-denied'), isSettled: true })
  expect(told(of(moving), missing, denied, missing, denied)).toHaveLength(2)
})

test('a moment without the NAS is no news', () => {
  expect(told(of(moving), moment, of(moving))).toEqual([])
})

test('one reason after another is told each', () => {
  expect(told(of(moving), away, changed)).toEqual([
    'The NAS does not answer.',
    "The NAS's identity changed. Uploads stopped.",
  ])
})

test('a batch is told of once: when it ends, or when only decisions are left of it', () => {
  const asks = rested({ done: 2, review: 1 }, 'active')
  expect(told(of(moving), rested({ done: 3 }), rested({ done: 3 }))).toEqual([expect.stringContaining(': finished')])
  expect(told(of(moving), asks, asks)).toEqual([expect.stringContaining('1 design needs a decision')])
  // Decided in the window: no news to who decided.
  expect(told(of(moving), asks, rested({ done: 2, skipped: 1 }))).toHaveLength(1)
  expect(told(of(moving), rested({ failed: 3 }))).toEqual([expect.stringContaining('3 files failed')])
})

test('what had ended before the start is no news, nor is a batch that is still looked through', () => {
  expect(told(EMPTY_SUMMARY, rested({ done: 3 }))).toEqual([])
  const scanning = of(batchView('a', { state: 'scanning', counts: NO_COUNTS }))
  expect(told(scanning, scanning)).toEqual([])
})

test('a batch that was at rest before it was first heard of is told of too, once', () => {
  const small = of(batchView('a', { state: 'active', createdAt: 2, counts: { ...NO_COUNTS, review: 1 } }))
  expect(told(of(), small, small)).toEqual([expect.stringContaining('1 design needs a decision')])
  // Cleared, and that taken back.
  expect(told(of(), small, of(), small)).toHaveLength(1)
})

test('an engine that is given up is told of once', () => {
  const stopped = applyEngineState(of(moving), { state: 'stopped', failure: failure('internal') })
  expect(told(of(moving), stopped, stopped)).toEqual(['Uploads stopped'])
})

test('a notice says what became of the files without naming what is none, in the language that was chosen', () => {
  const batch = batchView('a', { state: 'ended', counts: { ...NO_COUNTS, skipped: 3, failed: 7 } })
  expect(noticeOf({ kind: 'rested', batch }, MAIN_TEXTS.en, 0).body).toBe('3 skipped · 7 failed')
  expect(noticeOf({ kind: 'rested', batch }, MAIN_TEXTS.es, 0).body).toBe('3 omitidos · 7 con error')
  const known = batchView('b', { state: 'ended', counts: { ...NO_COUNTS, skipped: 3 } })
  expect(noticeOf({ kind: 'rested', batch: known }, MAIN_TEXTS.en, 0).body).toBe(
    'All 3 designs are already in the library',
  )
  const [one] = changed.work.held
  if (one === undefined) throw new Error('nothing is held')
  expect(noticeOf({ kind: 'held', held: one }, MAIN_TEXTS.es, 0)).toEqual({
    title: 'La identidad del NAS cambió. Las subidas se detuvieron.',
    body: expect.stringContaining('3 archivos esperan.'),
  })
})
