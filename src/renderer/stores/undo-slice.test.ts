import { expect, test } from 'vitest'
import { createScriptedBridge } from '../../../test/support/renderer-preview/bridge.ts'
import { fullDelta, sampleBatch } from '../../../test/support/renderer-preview/sample.ts'
import { SCENES } from '../../../test/support/renderer-preview/scenes.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import type { GalleyBridge } from '../../shared/ipc/window.ts'
import { createGalleyStore } from './galley-store.ts'

const cancelled = { itemIds: ['a', 'b'], paths: ['/drop'], isPaused: true }

/** A window, and what its engine was asked. */
function windowWith(answers: Partial<GalleyBridge>, storage: Pick<Storage, 'getItem' | 'setItem'> = memoryStorage()) {
  const scene = SCENES.empty
  if (scene === undefined) throw new Error('the scene changed')
  const asked: unknown[] = []
  const bridge: GalleyBridge = {
    ...createScriptedBridge(scene()),
    cancel: async () => ok(cancelled),
    clearEnded: async ({ withFailed }) => ok({ batchIds: withFailed ? ['clean', 'failed'] : ['clean'] }),
    undoCancel: async (input) => {
      asked.push(input)
      return ok(null)
    },
    undoClear: async (input) => {
      asked.push(input)
      return ok(null)
    },
    ...answers,
  }
  const store = createGalleyStore(bridge, storage)
  return { store, asked }
}

/** `room`: characters that it has for each value. */
function memoryStorage(room = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem(key: string, value: string) {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError')
      kept.set(key, value)
    },
  }
}

test('what was done last is taken back first, whatever it was, and nothing twice', async () => {
  const { store, asked } = windowWith({})
  const { cancel, clearEnded, undo } = store.getState()
  await cancel([{ batchId: 'one' }, { batchId: 'two' }])
  expect(store.getState().notice).toEqual({ kind: 'cancelled', files: 4 })
  await clearEnded(false)
  expect(store.getState().notice).toEqual({ kind: 'cleared', batches: 1 })
  await undo()
  expect(store.getState().notice).toEqual({ kind: 'uncleared', batches: 1 })
  await undo()
  expect(store.getState().notice).toEqual({ kind: 'uncancelled', files: 4 })
  await undo()
  expect(asked).toEqual([{ batchIds: ['clean'] }, { batchId: 'one', ...cancelled }, { batchId: 'two', ...cancelled }])
})

test('what the engine could not take back can be asked for once more, and no more than that', async () => {
  let isDown = true
  const { store } = windowWith({
    undoCancel: async ({ batchId }) => (isDown && batchId === 'two' ? fail(failure('worker-gone')) : ok(null)),
  })
  const { cancel, undo } = store.getState()
  await cancel([{ batchId: 'one' }, { batchId: 'two' }])
  await undo()
  expect(store.getState().notice).toEqual({ kind: 'failure', failure: failure('worker-gone') })
  expect(store.getState().deeds).toEqual([{ kind: 'cancelled', parts: [{ batchId: 'two', ...cancelled }] }])
  isDown = false
  await undo()
  expect(store.getState().deeds).toEqual([])
})

test('a batch that was cancelled before a file of it was found can be taken up again, too', async () => {
  const onlyPaths = { itemIds: [], paths: ['/drop'], isPaused: false }
  const { store, asked } = windowWith({ cancel: async () => ok(onlyPaths) })
  await store.getState().cancel([{ batchId: 'one' }])
  await store.getState().undo()
  expect(asked).toEqual([{ batchId: 'one', ...onlyPaths }])
  const late = windowWith({ cancel: async () => ok({ itemIds: [], paths: [], isPaused: false }) })
  await late.store.getState().cancel([{ batchId: 'one' }])
  expect([late.store.getState().deeds, late.store.getState().notice]).toEqual([[], { kind: 'cancelled', files: 0 }])
})

test('where nothing was cleared there is nothing to take back', async () => {
  const { store } = windowWith({ clearEnded: async () => ok({ batchIds: [] }) })
  await store.getState().clearEnded(false)
  expect([store.getState().deeds, store.getState().notice]).toEqual([[], null])
})

test('what was done is taken back after a restart too, the latest first, and once', async () => {
  const storage = memoryStorage()
  const { cancel, clearEnded, decide } = windowWith({}, storage).store.getState()
  await decide(['c'], 'keep')
  await cancel([{ batchId: 'one' }])
  await clearEnded(false)
  const { store, asked } = windowWith({}, storage)
  expect(store.getState().deeds.map(({ kind }) => kind)).toEqual(['decided', 'cancelled', 'cleared'])
  await store.getState().undo()
  await store.getState().undo()
  expect(asked).toEqual([{ batchIds: ['clean'] }, { batchId: 'one', ...cancelled }])
  expect(windowWith({}, storage).store.getState().deeds).toEqual([{ kind: 'decided', itemIds: ['c'] }])
})

test('where there is no room for all, the latest is kept, and what cannot be read is left out', async () => {
  const storage = memoryStorage(120)
  const { cancel, clearEnded } = windowWith({}, storage).store.getState()
  await cancel([{ batchId: 'one' }, { batchId: 'two' }])
  await clearEnded(false)
  expect(windowWith({}, storage).store.getState().deeds).toEqual([{ kind: 'cleared', batchIds: ['clean'] }])
  const damaged = ['{', 'null', '7', '[null,{"kind":"eaten"},{"kind":"cancelled","parts":[{"batchId":7}]}]']
  for (const text of damaged)
    expect(windowWith({}, { getItem: () => text, setItem: () => undefined }).store.getState().deeds).toEqual([])
})

test('of many steps the latest fifty can be taken back', () => {
  const { store } = windowWith({})
  for (let step = 1; step <= 60; step++) store.getState().did({ kind: 'decided', itemIds: [`${step}`] })
  const { deeds } = store.getState()
  expect(deeds).toHaveLength(50)
  expect([deeds[0], deeds.at(-1)]).toEqual([
    { kind: 'decided', itemIds: ['11'] },
    { kind: 'decided', itemIds: ['60'] },
  ])
})

test('a cleared batch that is brought back is not announced; one that is dropped then is', async () => {
  const { store } = windowWith({})
  const { clearEnded, undo, receive } = store.getState()
  const announced = (batchId: string): readonly string[] => {
    receive({ ...fullDelta([sampleBatch(batchId, 'ended', 0, [])], []), full: false })
    return store.getState().milestones.latest.map(({ kind }) => kind)
  }
  await clearEnded(false)
  await undo()
  expect(announced('clean')).toEqual([])
  expect(announced('new')).toEqual(['accepted'])
})
