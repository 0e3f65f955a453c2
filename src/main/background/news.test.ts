import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import { fakeTiming } from '../../../test/support/fake-timing.ts'
import type { BatchView } from '../../shared/domain/batch.ts'
import { failure } from '../../shared/domain/failure.ts'
import type { Hold } from '../../shared/domain/item.ts'
import { MAIN_TEXTS } from '../texts/main-texts.ts'
import { followNews, GATHER_MS } from './news.ts'
import { noticeOf } from './notice-words.ts'
import { applyDelta, applyEngineState, EMPTY_SUMMARY, type Summary } from './summary.ts'

function of(...batches: readonly BatchView[]): Summary {
  const running = applyEngineState(EMPTY_SUMMARY, { state: 'running' })
  return applyDelta(running, { full: true, status: running.status, batches, items: [], removedBatchIds: [] })
}

/** News of a window that nobody watches until told otherwise, in the words of the notices. */
function hear() {
  const timing = fakeTiming()
  const said: string[] = []
  let isWatched = false
  let before = EMPTY_SUMMARY
  const news = followNews({
    since: 1,
    timing,
    isWatched: () => isWatched,
    tell: (one) => void said.push(noticeOf(one, MAIN_TEXTS.en, before.batches, 0).title),
  })
  return {
    said,
    pass: timing.pass,
    next(...summaries: readonly Summary[]) {
      for (const after of summaries) {
        const last = before
        before = after
        news.change(last, after)
      }
    },
    /** The window has the focus, and nobody said so yet. */
    appear() {
      isWatched = true
    },
    watch(watched: boolean) {
      isWatched = watched
      if (watched) news.look()
    },
  }
}

/** What was told, walking from one summary to the next. */
function told(...summaries: readonly Summary[]): string[] {
  const [first = EMPTY_SUMMARY, ...others] = summaries
  const heard = hear()
  heard.next(first)
  heard.said.length = 0
  heard.next(...others)
  return heard.said
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

/** A batch of which so many failed unseen, beside others that move on or are done. */
const failing = (failed: number, state: BatchView['state'] = 'active', id = 'a', seen = 0): BatchView => {
  const left = state === 'ended' ? { done: 3 } : { active: 3 }
  return batchView(id, { state, counts: { ...NO_COUNTS, ...left, failed: failed + seen }, failedUnseen: failed })
}

test('files that fail one after the other while others move on are told of once, together', async () => {
  const heard = hear()
  heard.next(of(moving), of(failing(1)))
  await heard.pass(GATHER_MS - 1)
  heard.next(of(failing(4)))
  expect(heard.said).toEqual([])
  await heard.pass(1)
  expect(heard.said).toEqual([expect.stringMatching(/^Drop, .+: 4 files failed$/)])
  await heard.pass(GATHER_MS)
  expect(heard.said).toHaveLength(1)
  heard.next(of(failing(5)))
  await heard.pass(GATHER_MS)
  expect(heard.said.at(-1)).toMatch(/: 1 file failed$/)
})

test('the end of a batch says all that failed when some was not told yet, and not again what was', async () => {
  const all = hear()
  all.next(of(moving), of(failing(1)), of(failing(2, 'ended')))
  await all.pass(GATHER_MS)
  expect(all.said).toEqual([expect.stringMatching(/: 2 files failed$/)])

  const more = hear()
  more.next(of(moving), of(failing(2)))
  await more.pass(GATHER_MS)
  more.next(of(failing(5, 'ended')))
  expect(more.said.at(-1)).toMatch(/: 5 files failed$/)

  const none = hear()
  none.next(of(moving), of(failing(2)))
  await none.pass(GATHER_MS)
  none.next(of(failing(2, 'ended')))
  await none.pass(GATHER_MS)
  expect(none.said.slice(1)).toEqual([expect.stringMatching(/: finished$/)])
})

test('never more is told than failed unseen: what is seen meanwhile or tried again is no news', async () => {
  const heard = hear()
  heard.next(of(moving), of(failing(3)), of(failing(0, 'active', 'a', 3)), of(failing(1, 'active', 'a', 3)))
  await heard.pass(GATHER_MS)
  expect(heard.said).toEqual([expect.stringMatching(/: 1 file failed$/)])
  heard.next(of(failing(0, 'active', 'a', 4)))
  heard.next(of(failing(0, 'ended', 'a', 4)))
  expect(heard.said.at(-1)).toMatch(/: finished$/)
})

test('while the window is watched no failure is told, nor is any kept to be told later', async () => {
  const heard = hear()
  heard.next(of(moving))
  heard.watch(true)
  heard.next(of(failing(2)))
  heard.watch(false)
  await heard.pass(GATHER_MS)
  expect(heard.said).toEqual([])
  heard.next(of(failing(3)))
  heard.watch(true)
  heard.watch(false)
  await heard.pass(GATHER_MS)
  heard.next(of(failing(3, 'ended')))
  expect(heard.said).toEqual([expect.stringMatching(/: finished$/)])
})

test('a person who has just come to the window is told nothing that stands there', async () => {
  const heard = hear()
  heard.next(of(moving), of(failing(2)))
  heard.appear()
  await heard.pass(GATHER_MS)
  expect(heard.said).toEqual([])
})

test('failures of several batches are one notice, and what failed before the start is none', async () => {
  const heard = hear()
  heard.next(of(failing(7, 'active', 'old')))
  await heard.pass(GATHER_MS)
  heard.next(of(failing(8, 'active', 'old'), { ...failing(2, 'active', 'new'), createdAt: 2 }))
  await heard.pass(GATHER_MS)
  expect(heard.said).toEqual(['3 files failed'])
})

test('where there are several shops a notice names the one that it is about', async () => {
  const heard = hear()
  const gifts = { shopId: 'gifts', shopName: 'Gifts', createdAt: 2 } as const
  const theirs = (batch: BatchView): Summary => of(moving, { ...batch, ...gifts })
  heard.next(theirs(batchView('b')), theirs(failing(1, 'active', 'b')))
  await heard.pass(GATHER_MS)
  const hold = { kind: 'offline', failure: failure('nas-unreachable'), isSettled: true } as const
  heard.next(theirs({ ...failing(1, 'active', 'b'), hold, held: [{ hold, files: 3 }] }))
  expect(heard.said).toEqual([
    expect.stringMatching(/^Gifts · Drop, .+: 1 file failed$/),
    'Gifts: The NAS does not answer.',
  ])
})

test('two shops whose NASes went away are told of once each', () => {
  const hold = { kind: 'offline', failure: failure('nas-unreachable'), isSettled: true } as const
  const gone = (shopId: string, name: string): BatchView =>
    batchView(shopId, { shopId, shopName: name, hold, held: [{ hold, files: 1 }] })
  const [first, second] = [gone('shop', 'Shop'), gone('gifts', 'Gifts')]
  expect(told(of(), of(first), of(second))).toHaveLength(2)
})

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

test('a notice of what is held counts all that wait in the same way, for whatever reason', () => {
  const missing = { kind: 'nas-setup', failure: failure('folder-missing'), isSettled: true } as const
  const denied = { ...missing, failure: failure('permission-denied') } as const
  const held = [
    { hold: missing, files: 3 },
    { hold: denied, files: 1 },
  ]
  const [one] = of({ ...moving, hold: missing, held }).work.held
  if (one === undefined) throw new Error('nothing is held')
  expect(noticeOf({ kind: 'held', held: one }, MAIN_TEXTS.en, [], 0).body).toBe(
    '4 files are waiting. Choose a folder that is there. Nothing is lost.',
  )
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
  expect(told(of(moving), of(failing(3, 'ended')))).toEqual([expect.stringContaining('3 files failed')])
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
  expect(noticeOf({ kind: 'rested', batch, failed: 0 }, MAIN_TEXTS.en, [], 0).body).toBe('3 skipped · 7 failed')
  expect(noticeOf({ kind: 'rested', batch, failed: 0 }, MAIN_TEXTS.es, [], 0).body).toBe('3 omitidos · 7 con error')
  const none = batchView('c', { state: 'ended', counts: NO_COUNTS })
  expect(noticeOf({ kind: 'rested', batch: none, failed: 0 }, MAIN_TEXTS.en, [], 0).body).toBe('No designs found')
  const known = batchView('b', { state: 'ended', counts: { ...NO_COUNTS, skipped: 3 } })
  expect(noticeOf({ kind: 'rested', batch: known, failed: 0 }, MAIN_TEXTS.en, [], 0).body).toBe(
    'All 3 designs are already in the library',
  )
  const [one] = changed.work.held
  if (one === undefined) throw new Error('nothing is held')
  expect(noticeOf({ kind: 'held', held: one }, MAIN_TEXTS.es, [], 0)).toEqual({
    title: 'La identidad del NAS cambió. Las subidas se detuvieron.',
    body: expect.stringContaining('3 archivos esperan.'),
  })
})
