import { expect, test } from 'vitest'
import { batchView } from '../../test/support/batch-view.ts'
import { ITEM_VIEW } from '../../test/support/item-view.ts'
import { failure } from '../shared/domain/failure.ts'
import { EMPTY_STATUS } from '../shared/ipc/engine.ts'
import { createBars } from './progress.ts'

test('what waits says when it is tried again, by the clock on the wall, where that is known', () => {
  const written: string[] = []
  const output = { columns: 200, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream
  const bars = createBars(output, new Set(['b']))
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
