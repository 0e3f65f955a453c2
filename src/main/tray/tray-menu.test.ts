import { expect, test } from 'vitest'
import { failure as failureOf } from '../../shared/domain/failure.ts'
import { EMPTY_SUMMARY, type Summary } from '../background/summary.ts'
import { statusLine, trayMenu } from './tray-menu.ts'

const counts = { done: 2, skipped: 0, failed: 0, cancelled: 0, review: 0, active: 3 }

function batches(number: number, change: Partial<Summary['batches'][number]> = {}): Summary {
  return {
    ...EMPTY_SUMMARY,
    engine: { state: 'running' },
    batches: Array.from({ length: number }, (_, index) => ({
      id: `batch-${index}`,
      shopId: 'shop',
      templateId: 'template',
      createdAt: -index,
      policy: { onDuplicate: 'skip', onSimilar: 'review' },
      priority: 'normal',
      state: 'active',
      ignoredCount: 0,
      shopName: 'Shop',
      templateName: 'UVDTF 16oz',
      counts,
      hold: null,
      totalBytes: 100,
      doneBytes: 0,
      ...change,
    })),
  }
}

const labels = (summary: Summary): string[] =>
  trayMenu(summary).flatMap((item) => (item.kind === 'line' ? [] : [item.label]))

test('Pause is offered while working, Resume while paused, never both', () => {
  expect(labels(batches(1))).toContain('Pause')
  expect(labels(batches(1))).not.toContain('Resume')
  const paused = { ...batches(1), status: { ...EMPTY_SUMMARY.status, pausedAll: true } }
  expect(labels(paused)).toContain('Resume')
  expect(labels(paused)).not.toContain('Pause')
})

test('a hundred batches do not make a menu of a hundred lines', () => {
  expect(labels(batches(100)).filter((label) => label.startsWith('UVDTF'))).toHaveLength(5)
})

test('failed files can be retried from the tray, counted over all batches', () => {
  expect(labels(batches(1))).not.toContainEqual(expect.stringContaining('Retry'))
  expect(labels(batches(2, { counts: { ...counts, failed: 2 } }))).toContain('Retry 4 files that failed')
})

test('the first line says what matters most', () => {
  const line = (change: Partial<typeof counts>): string => statusLine(batches(1, { counts: { ...counts, ...change } }))
  expect(line({})).toBe('Working on 3 files')
  expect(line({ review: 1, failed: 2 })).toBe('1 design needs a decision')
  expect(line({ failed: 1 })).toBe('1 file failed')
  const held = { kind: 'nas-setup', failure: failureOf('sftp-off') } as const
  expect(statusLine(batches(1, { hold: held }))).toBe('The NAS offers this user no SFTP.')
  const failure = { code: 'internal', message: '', action: '' } as const
  expect(statusLine({ ...batches(1), engine: { state: 'stopped', failure } })).toBe('Uploads stopped')
})
