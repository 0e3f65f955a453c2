import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import type { BatchView } from '../domain/batch.ts'
import { failure } from '../domain/failure.ts'
import { statusOf, type WorkStatus } from '../domain/work-status.ts'
import { statusLine, statusWords } from './status-words.ts'
import { enWork } from './work-en.ts'
import { esWork } from './work-es.ts'

const status = { pausedAll: false, bytesPerSecond: 4_200_000, speedLimit: { bytesPerSecond: null, until: null } }
const of = (...batches: readonly BatchView[]): WorkStatus => statusOf({ engine: { state: 'running' }, status, batches })
const counts = { ...NO_COUNTS, active: 29 }

function heldBy(hold: NonNullable<BatchView['hold']>): WorkStatus {
  return of(batchView('a', { counts, hold, held: [{ hold, files: 29 }] }))
}

test('what goes on is told with its speed and its end; what is held with neither, but with its next try', () => {
  const work = statusWords(of(batchView('a', { counts })), enWork, 0, 540_000)
  expect(work).toEqual({ headline: 'Working…', facts: ['29 files to go', '4.20 MB/s', 'about 9 min left'] })
  const away = heldBy({ kind: 'offline', failure: failure('nas-unreachable'), nextTryAt: 5 })
  expect(statusWords(away, enWork, 10, 540_000)).toEqual({
    headline: 'NAS offline',
    facts: ['29 files are waiting', 'trying now'],
  })
  expect(statusLine(away, enWork, 0)).toMatch(/ · next try at \d/)
})

test('a speed that says nothing is not told', () => {
  const at = (bytesPerSecond: number): readonly string[] => {
    const facts = { engine: { state: 'running' }, status: { ...status, bytesPerSecond } } as const
    return statusWords(statusOf({ ...facts, batches: [batchView('a', { counts })] }), enWork, 0).facts
  }
  expect([at(999), at(1_000)]).toEqual([['29 files to go'], ['29 files to go', '1 KB/s']])
})

test('a NAS that is not known yet, and a shop without one, are not called a changed identity or a fault here', () => {
  expect(statusWords(heldBy({ kind: 'host-key', failure: failure('host-key-unknown') }), enWork, 0).headline).toBe(
    'NAS not known',
  )
  expect(statusWords(heldBy({ kind: 'local', failure: failure('configuration') }), enWork, 0).headline).toBe(
    'Not set up',
  )
})

test('what wants to be looked at is said beside what goes on, once', () => {
  const mixed = of(batchView('a', { counts: { ...counts, review: 1, failed: 2 }, failedUnseen: 2 }))
  expect(statusLine(mixed, enWork, 0)).toBe(
    'Working… · 29 files to go · 4.20 MB/s · 2 files failed · 1 design needs a decision',
  )
  const failed = of(batchView('a', { state: 'ended', counts: { ...NO_COUNTS, failed: 7 }, failedUnseen: 7 }))
  expect(statusLine(failed, enWork, 0)).toBe('7 files failed')
  expect(statusLine(failed, esWork, 0)).toBe('7 archivos con error')
})

test('one of anything is spoken of as one, in Spanish too', () => {
  expect(esWork.outcome({ done: 1, skipped: 1, failed: 0, cancelled: 1, review: 0 })).toBe(
    '1 subido · 1 omitido · 1 cancelado',
  )
  expect([esWork.toGo(1), esWork.toDecide(1), esWork.waiting(1)]).toEqual([
    'falta 1 archivo',
    '1 diseño espera tu decisión',
    '1 archivo espera',
  ])
})
