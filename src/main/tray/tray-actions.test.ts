import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import { fakeTiming } from '../../../test/support/fake-timing.ts'
import { ok } from '../../shared/domain/result.ts'
import { applyDelta, EMPTY_SUMMARY } from '../background/summary.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'
import { trayActions } from './tray-actions.ts'
import type { TrayAction } from './tray-menu.ts'

const HOUR_MS = 3_600_000

/** A tray over an engine that notes what it is asked. */
function tray() {
  const asked: string[] = []
  const engine = {
    call: async (method: string, input: { batchId: string | null }) => {
      asked.push(input.batchId === null ? method : `${method} ${input.batchId}`)
      return ok(null)
    },
  } as unknown as EngineProcess
  const timing = fakeTiming()
  const helpless = batchView('helpless', { counts: { ...NO_COUNTS, failed: 1 }, toRetry: 0 })
  const batches = [batchView('failed', { counts: { ...NO_COUNTS, failed: 2 } }), batchView('fine'), helpless]
  const { status } = EMPTY_SUMMARY
  const summary = applyDelta(EMPTY_SUMMARY, { full: true, status, batches, items: [], removedBatchIds: [] })
  const act = trayActions({
    ...{ engine, timing, summary: () => summary },
    app: { quit: () => void asked.push('quit') },
    show: () => void asked.push('show'),
    command: ({ command }) => void asked.push(command),
  })
  return { asked, timing, act: (...actions: readonly TrayAction[]) => actions.forEach(act) }
}

test('a pause for a time ends by itself, once, at the end of that time', async () => {
  const { asked, timing, act } = tray()
  act({ kind: 'pause', forMs: HOUR_MS })
  await timing.pass(HOUR_MS - 1)
  expect(asked).toEqual(['pause'])
  await timing.pass(1)
  await timing.pass(HOUR_MS)
  expect(asked).toEqual(['pause', 'resume'])
})

test('a pause that was ended by hand, or made another, does not end at the time of the first', async () => {
  const { asked, timing, act } = tray()
  act({ kind: 'pause', forMs: HOUR_MS }, { kind: 'resume' })
  await timing.pass(HOUR_MS)
  expect(asked).toEqual(['pause', 'resume'])
  act({ kind: 'pause', forMs: HOUR_MS }, { kind: 'pause', forMs: null })
  await timing.pass(HOUR_MS)
  expect(asked).toEqual(['pause', 'resume', 'pause', 'pause'])
})

test('what may be helped by another try is retried, and nothing else; the rest of the menu does what it says', () => {
  const { asked, act } = tray()
  act({ kind: 'retry-failed' }, { kind: 'open' }, { kind: 'settings' }, { kind: 'quit' })
  act({ kind: 'show-batch', shopId: 'shop', batchId: 'fine' })
  expect(asked).toEqual(['retry failed', 'show', 'settings', 'quit', 'show-batch'])
})
