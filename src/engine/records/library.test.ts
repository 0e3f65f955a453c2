import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FeedResponse } from '../../shared/api/records.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import { createLibrary } from './library.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function openLibrary() {
  const cursors = { feed: 0, template: new Map<string, number>() }
  const shops = { feedCursor: () => cursors.feed, readRev: (id: string) => cursors.template.get(id) ?? 0 }
  const seen = { changes: 0, progress: 0 }
  const library = createLibrary({
    catalog: { shops },
    onChange: () => void seen.changes++,
    onProgress: () => void seen.progress++,
  })
  const read = (count: number, more: boolean, of?: FeedResponse['library']): void => {
    cursors.feed += count
    const page = { gone: [], cursor: cursors.feed, tag: null, more, ...(of === undefined ? {} : { library: of }) }
    library.read('s', { ...page, entries: Array.from({ length: count }) as FeedResponse['entries'] })
  }
  return { library, cursors, seen, read }
}

test('a drop waits for the first answer, for all that there is more, and is told how much of it is read', () => {
  const { library, seen, read } = openLibrary()
  expect(library.isBehind('s', 't')).toBe(false)
  library.begin('s')
  expect([library.isBehind('s', 't'), library.states()]).toEqual([true, []])
  read(250, true, { designs: 1000, left: 600, lastRev: 900 })
  expect([library.isBehind('s', 't'), library.isReading('s')]).toEqual([true, true])
  expect(library.states()).toEqual([{ shopId: 's', kind: 'reading', read: 650, total: 1000 }])
  read(250, true)
  expect(library.states()).toMatchObject([{ read: 900 }])
  expect(seen).toEqual({ changes: 2, progress: 1 })
  read(100, false)
  library.end('s', ok(null))
  expect([library.isBehind('s', 't'), library.states()]).toEqual([false, []])
})

test('who is up to date waits for one answer, which nobody sees', () => {
  const { library, read } = openLibrary()
  library.begin('s')
  read(3, false)
  expect(library.states()).toEqual([])
  library.end('s', ok(null))
  library.begin('s')
  expect(library.isBehind('s', 't')).toBe(false)
})

test('nobody waits for a service that says nothing, or breaks off; it is said, until it answers', () => {
  const { library, read } = openLibrary()
  library.begin('s')
  vi.advanceTimersByTime(5_000)
  expect([library.isBehind('s', 't'), library.states()]).toEqual([
    false,
    [{ shopId: 's', kind: 'away', failure: null }],
  ])
  read(250, true, { designs: 1000, left: 1000, lastRev: 1000 })
  expect(library.isBehind('s', 't')).toBe(true)
  library.end('s', fail(failure('backend-unreachable')))
  expect([library.isBehind('s', 't'), library.states()]).toMatchObject([
    false,
    [{ kind: 'away', failure: { code: 'backend-unreachable' } }],
  ])
})

test('a template of which all is known does not wait while the feed is read anew for another one', () => {
  const { library, cursors, read } = openLibrary()
  cursors.template.set('old', 900)
  library.begin('s')
  read(250, true, { designs: 1000, left: 1000, lastRev: 900 })
  expect(['old', 'new'].map((id) => library.isBehind('s', id))).toEqual([false, true])
})

test('a service that does not say how much there is, is read to its end all the same', () => {
  const { library, read } = openLibrary()
  library.begin('s')
  read(250, true)
  expect([library.isBehind('s', 't'), library.states()]).toEqual([
    true,
    [{ shopId: 's', kind: 'reading', read: 250, total: null }],
  ])
})
