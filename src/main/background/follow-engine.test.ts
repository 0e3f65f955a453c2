import { expect, test } from 'vitest'
import { ok } from '../../shared/domain/result.ts'
import { EMPTY_STATUS, type EngineDelta } from '../../shared/ipc/engine.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'
import { followEngine } from './follow-engine.ts'

const delta = (full: boolean): EngineDelta => ({
  ...{ full, status: EMPTY_STATUS, batches: [], items: [], removedBatchIds: [] },
})

test('what an earlier watch still tells is dropped, since the next one begins with the whole, and it is ended', () => {
  const watches: { readonly signal: AbortSignal; tell(delta: EngineDelta): void }[] = []
  const engine = {
    call: async (
      _method: string,
      _input: null,
      options: { signal: AbortSignal; onEvent(delta: EngineDelta): void },
    ) => {
      watches.push({ signal: options.signal, tell: options.onEvent })
      return ok(null)
    },
  } as unknown as EngineProcess
  const heard: boolean[] = []
  const follow = followEngine(engine, ({ full }) => heard.push(full))
  follow.begin()
  watches[0]?.tell(delta(true))
  follow.begin()
  watches[0]?.tell(delta(false))
  watches[1]?.tell(delta(true))
  expect(heard).toEqual([true, true])
  expect(watches.map(({ signal }) => signal.aborted)).toEqual([true, false])
})
