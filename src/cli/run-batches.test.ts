import { expect, onTestFinished, test, vi } from 'vitest'
import { batchView } from '../../test/support/batch-view.ts'
import { settled } from '../../test/support/fake-timing.ts'
import { ITEM_VIEW } from '../../test/support/item-view.ts'
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
function engine(rests: Promise<Result<null>>): Peer<EngineContract> {
  return {
    async call(method: string, _input: unknown, options: { signal: AbortSignal; onEvent(told: EngineDelta): void }) {
      if (method === 'untilRest') return rests
      if (method === 'watch') options.onEvent(delta)
      if (method === 'status') return ok({ ...EMPTY_STATUS, batches: [batchView('b', { state: 'ended' })] })
      return method === 'batchItems' || method === 'receipt' ? ok([]) : ok(null)
    },
  } as unknown as Peer<EngineContract>
}

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
    secrets: { use: () => undefined, borrow: () => undefined, give: () => undefined, get: () => null },
    ...{ batchIds: ['b'], json: false, speech: SPEECH.en, commands: followUps({ dataDir: '/data' }) },
    interrupt: new AbortController().signal,
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
