import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import type { BatchView } from '../../shared/domain/batch.ts'
import { failure } from '../../shared/domain/failure.ts'
import { applyDelta, applyEngineState, EMPTY_SUMMARY, type Summary } from '../background/summary.ts'
import { MAIN_TEXTS } from '../texts/main-texts.ts'
import { batchesToRetry, trayMenu } from './tray-menu.ts'

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
const counts = { ...NO_COUNTS, done: 2, active: 3 }
const working = batchView('a', { counts })
const labels = (summary: Summary, language: 'en' | 'es' = 'en'): string[] =>
  trayMenu(summary, MAIN_TEXTS[language], 0).flatMap((item) => (item.kind === 'line' ? [] : [item.label]))

test('Pause is offered while working, Resume while paused, never both', () => {
  expect(labels(of([working]))).toContain('Pause')
  expect(labels(of([working]))).not.toContain('Resume')
  const paused = of([working], { pausedAll: true })
  expect(labels(paused)).toContain('Resume')
  expect(labels(paused)).not.toContain('Pause')
})

test('a hundred batches do not make a menu of a hundred lines', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => batchView(`batch ${at}`, { createdAt: at }))
  expect(labels(of(hundred)).filter((label) => label.startsWith('Drop'))).toHaveLength(5)
})

test('failed files can be retried from the tray, counted over all batches', () => {
  expect(labels(of([working]))).not.toContainEqual(expect.stringContaining('Retry'))
  const failed = ['a', 'b'].map((id) => batchView(id, { counts: { ...counts, failed: 2 } }))
  expect(labels(of(failed))).toContain('Retry 4 files that failed')
  const helpless = failed.map((batch) => ({ ...batch, toRetry: batch.id === 'a' ? 1 : 0 }))
  expect(labels(of(helpless))).toContain('Retry 1 file that failed')
  expect(batchesToRetry(of(helpless)).map(({ id }) => id)).toEqual(['a'])
})

test('what can do nothing is not to be chosen: nothing is under way, or the engine stopped', () => {
  const offered = (summary: Summary): string[] =>
    trayMenu(summary, MAIN_TEXTS.en, 0).flatMap((item) => ('isEnabled' in item && item.isEnabled ? [item.label] : []))
  const stopped = (summary: Summary): Summary =>
    applyEngineState(summary, { state: 'stopped', failure: failure('internal') })
  const failed = of([batchView('a', { counts: { ...counts, failed: 2 } })])
  expect(offered(failed)).toEqual(expect.arrayContaining(['Pause', 'Retry 2 files that failed']))
  expect(offered(stopped(failed)).filter((label) => /Pause|Retry/.test(label))).toEqual([])
  expect(offered(stopped(of([working], { pausedAll: true })))).not.toContain('Resume')
  expect(offered(of([batchView('a', { state: 'ended', counts: { ...NO_COUNTS, done: 2 } })]))).not.toContain('Pause')
})

test('recent batches are told with their shop, where there are several', () => {
  const gifts = batchView('b', { shopId: 'gifts', shopName: 'Gifts' })
  expect(labels(of([working, gifts])).filter((label) => label.includes('Drop'))).toEqual([
    expect.stringMatching(/^Shop · Drop, /),
    expect.stringMatching(/^Gifts · Drop, /),
  ])
})

test('two drops of one template are two names, and each says what became of it', () => {
  const day = 24 * 3_600_000
  const batches = [
    batchView('now', { createdAt: 3 * day, counts, hold: { kind: 'offline', failure: failure('nas-unreachable') } }),
    batchView('ended', { createdAt: 2 * day, folderName: '', state: 'ended', counts: { ...NO_COUNTS, cancelled: 8 } }),
    batchView('known', { createdAt: day, folderName: 'Cups', state: 'ended', counts: { ...NO_COUNTS, skipped: 59 } }),
  ]
  const lines = labels(of(batches)).filter((label) => /^(Drop|UVDTF|Cups)/.test(label))
  expect(lines).toEqual([
    expect.stringMatching(/: NAS offline · 2 of 5 done$/),
    expect.stringMatching(/^UVDTF 16oz, .*: 8 cancelled$/),
    expect.stringMatching(/^Cups, .*: All 59 designs are already in the library$/),
  ])
  expect(new Set(lines.map((line) => line.split(': ')[0])).size).toBe(3)
})

test('a batch of which only decisions are left says what became of it, not how far it is', () => {
  const asks = batchView('a', { counts: { ...NO_COUNTS, done: 2, review: 1 } })
  expect(labels(of([asks])).find((label) => label.startsWith('Drop'))).toMatch(/: 2 uploaded · 1 to review$/)
})

test('no batch is said to be looked through while the engine is started again, or is stopped', () => {
  const scanning = of([batchView('a', { state: 'scanning', counts: NO_COUNTS })])
  const line = (summary: Summary): string | undefined => labels(summary).find((label) => label.startsWith('Drop'))
  expect(line(scanning)).toMatch(/: Looking for designs…$/)
  expect(line(applyEngineState(scanning, { state: 'restarting', afterMs: 1 }))).toMatch(/: Starting again…$/)
  const stopped = applyEngineState(scanning, { state: 'stopped', failure: failure('internal') })
  expect(line(stopped)).toMatch(/: Uploads stopped$/)
  expect(labels(stopped)).not.toContainEqual(expect.stringContaining('Looking'))
})

test('what holds everything is told in full, in the language that was chosen', () => {
  const hold = { kind: 'nas-setup', failure: failure('sftp-off') } as const
  const summary = of([{ ...working, hold, held: [{ hold, files: 3 }] }])
  expect(labels(summary).slice(0, 2)).toEqual([
    'NAS refuses · 3 files are waiting',
    'The NAS offers this user no SFTP.',
  ])
  expect(labels(summary, 'es').slice(0, 2)).toEqual([
    'El NAS rechaza · 3 archivos esperan',
    'El NAS no ofrece SFTP a este usuario.',
  ])
})
