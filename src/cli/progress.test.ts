import { expect, test } from 'vitest'
import { batchView } from '../../test/support/batch-view.ts'
import { ITEM_VIEW } from '../../test/support/item-view.ts'
import { failure } from '../shared/domain/failure.ts'
import { EMPTY_STATUS } from '../shared/ipc/engine.ts'
import { createBars, createLines } from './progress.ts'
import { SPEECH } from './speech.ts'

test('what waits says when it is tried again, by the clock on the wall, where that is known', () => {
  const written: string[] = []
  const output = { columns: 200, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream
  const bars = createBars(output, new Set(['b']), SPEECH.en)
  const show = (nextTryAt?: number): void => {
    const trouble = { failure: failure('backend-busy'), ...(nextTryAt === undefined ? {} : { nextTryAt }) }
    const item = { ...ITEM_VIEW, stage: 'recording', hold: { kind: 'backend', ...trouble } } as const
    bars.update({ full: true, status: EMPTY_STATUS, batches: [batchView('b')], items: [item], removedBatchIds: [] })
  }
  show(new Date(2026, 4, 6, 14, 5).getTime())
  expect(written.join('')).toContain('waiting: The backend is busy. Tries again at 14:05. It is tried again by itself.')
  show()
  expect(written.at(-1)).toContain('waiting: The backend is busy. It is tried again by itself.')
})

test('why something waits, failed or cannot be read is told in the language', () => {
  const written: string[] = []
  const output = { columns: 200, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream
  const update = { full: true, status: EMPTY_STATUS, batches: [batchView('b')], removedBatchIds: [] }
  const hold = { kind: 'backend', failure: failure('backend-busy') } as const
  createBars(output, new Set(['b']), SPEECH.es).update({
    ...update,
    items: [{ ...ITEM_VIEW, stage: 'recording', hold }],
  })
  expect(written.at(-1)).toContain('El servidor de registros está ocupado. Se intenta de nuevo solo.')
  const failed = { ...ITEM_VIEW, stage: 'failed', remotePath: null, failure: failure('empty-file') } as const
  createLines(output, new Set(['b']), SPEECH.es).update({ ...update, items: [failed] })
  expect(written.at(-1)).toContain('El archivo está vacío. Exporta el diseño de nuevo.')
  const library = { shopId: 'shop', kind: 'away', failure: failure('backend-unreachable') } as const
  const status = { ...EMPTY_STATUS, libraries: [library] }
  createLines(output, new Set(['b']), SPEECH.es).update({ ...update, status, items: [] })
  expect(written.at(-1)).toContain('El servidor de registros no responde.')
})

test('each file that ends is one line, told once, and only of the batches that are followed', () => {
  const written: string[] = []
  const output = { write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream
  const lines = createLines(output, new Set(['b']), SPEECH.en)
  const other = { ...ITEM_VIEW, id: 'other', batchId: 'other' }
  const moving = { ...ITEM_VIEW, id: 'moving', stage: 'uploading' } as const
  const update = { full: false, status: EMPTY_STATUS, batches: [], removedBatchIds: [] }
  for (let time = 0; time < 2; time++) lines.update({ ...update, items: [ITEM_VIEW, other, moving] })
  expect(written).toEqual([expect.stringMatching(/^done {6}a\.png/)])
})
