import { expect, onTestFinished, test, vi } from 'vitest'
import { batchView } from '../../test/support/batch-view.ts'
import { settled } from '../../test/support/fake-timing.ts'
import { ITEM_VIEW } from '../../test/support/item-view.ts'
import type { BatchView } from '../shared/domain/batch.ts'
import { failure } from '../shared/domain/failure.ts'
import { fail, ok, type Result } from '../shared/domain/result.ts'
import { EMPTY_STATUS, type EngineContract, type EngineDelta } from '../shared/ipc/engine.ts'
import type { Peer } from '../shared/worker/peer.ts'
import { EXIT } from './exit-codes.ts'
import { followUps } from './follow-ups.ts'
import { runBatches } from './run-batches.ts'
import { SPEECH } from './speech.ts'

const uploading = { ...ITEM_VIEW, stage: 'uploading', remotePath: null, sentBytes: 1 } as const
const delta: EngineDelta = {
  ...{ full: true, status: EMPTY_STATUS, batches: [batchView('b')], items: [uploading], removedBatchIds: [] },
}

/** An engine that tells of an upload, and rests as it is told to. */
function engine(rests: Promise<Result<null>>, ended: readonly BatchView[] = []): Peer<EngineContract> {
  return {
    async call(method: string, _input: unknown, options: { signal: AbortSignal; onEvent(told: EngineDelta): void }) {
      if (method === 'untilRest') return rests
      if (method === 'watch') options.onEvent(delta)
      if (method === 'status') return ok({ ...EMPTY_STATUS, batches: [batchView('b', { state: 'ended' }), ...ended] })
      return method === 'batchItems' || method === 'receipt' ? ok([]) : ok(null)
    },
  } as unknown as Peer<EngineContract>
}

/** What stands around an engine that never dies. */
const parts = {
  secrets: { use: () => undefined, borrow: () => undefined, give: () => undefined, get: () => null },
  ...{ json: false, speech: SPEECH.en, commands: followUps({ dataDir: '/data' }) },
  interrupt: new AbortController().signal,
}

test('what was passed over in the dropped folders is told, of these batches alone', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(`${line}`))
  onTestFinished(() => void vi.restoreAllMocks())
  const batches = [
    batchView('c', { ignoredCount: 3 }),
    batchView('d', { ignoredCount: 2, linksOut: 3 }),
    batchView('other', { ignoredCount: 5 }),
  ]
  const running = engine(Promise.resolve(ok(null)), batches)
  const session = {
    begin: async () => undefined,
    engine: () => running,
    onRestart: () => undefined,
    close: async () => undefined,
  }
  await runBatches({ ...parts, session, batchIds: ['c', 'd'] })
  expect(lines.join('\n')).toContain('5 of the system or the NAS passed over')
  expect(lines.join('\n')).toContain('3 links lead out of what was dropped, and were not followed')
  lines.length = 0
  await runBatches({ ...parts, session, batchIds: ['b'] })
  expect(lines.join('\n')).not.toContain('passed over')
})

test('while the engine is started again no file is shown as if it were sent', async () => {
  const written: string[] = []
  const real = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY')
  Object.defineProperty(process.stderr, 'isTTY', { value: true, configurable: true })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(`${text}`) > 0)
  vi.spyOn(console, 'log').mockReturnValue(undefined)
  onTestFinished(() => {
    vi.restoreAllMocks()
    if (real === undefined) Reflect.deleteProperty(process.stderr, 'isTTY')
    else Object.defineProperty(process.stderr, 'isTTY', real)
  })
  const dies = Promise.withResolvers<Result<null>>()
  let running = engine(dies.promise)
  let restart = (): void => undefined
  const ended = runBatches({
    session: {
      begin: async () => undefined,
      engine: () => running,
      onRestart: (listener) => {
        restart = listener
      },
      close: async () => undefined,
    },
    ...parts,
    batchIds: ['b'],
  })
  await settled()
  expect(written.at(-1)).toContain(uploading.fileName)
  dies.resolve(fail(failure('worker-gone')))
  await settled()
  // The lines of the bars are wiped.
  expect(written.at(-1)).toBe('\u001b[2A\u001b[J')
  running = engine(Promise.resolve(ok(null)))
  restart()
  expect(await ended).toBe(EXIT.ok)
})
