import { expect, test } from 'vitest'
import { createScriptedBridge } from '../../../test/support/renderer-preview/bridge.ts'
import { SCENES } from '../../../test/support/renderer-preview/scenes.ts'
import { createGalleyStore, type GalleyStore } from './galley-store.ts'
import { readPreferences } from './preferences.ts'
import { chosenShop, chosenTemplate } from './window-slice.ts'

function memoryStorage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

function storeOf(sceneName: string, storage = memoryStorage()): GalleyStore {
  const scene = SCENES[sceneName]
  if (scene === undefined) throw new Error(`no scene ${sceneName}`)
  const played = scene()
  const store = createGalleyStore(createScriptedBridge(played), storage)
  store.getState().receive(played.delta)
  return store
}

test('speed counts the bytes on the wire, not the bytes of skipped duplicates', () => {
  const store = storeOf('busy')
  const { receive, tick } = store.getState()
  const uploading = store.getState().projection.items.get('b1-12')
  const queued = store.getState().projection.items.get('b1-30')
  if (uploading === undefined || queued === undefined) throw new Error('the scene changed')
  tick(0)
  receive({
    full: false,
    status: store.getState().projection.status,
    batches: [],
    items: [
      { ...uploading, sentBytes: uploading.sentBytes + 4000 },
      { ...queued, stage: 'skipped' },
    ],
    removedBatchIds: [],
  })
  tick(1000)
  expect(store.getState().meters.get('b1')?.sent.perSecond).toBeCloseTo(4000, 0)
})

test('speed counts a small file that was stored between two deltas, once', () => {
  const store = storeOf('busy')
  const { receive, tick } = store.getState()
  const queued = store.getState().projection.items.get('b1-30')
  if (queued === undefined) throw new Error('the scene changed')
  const change = { full: false, status: store.getState().projection.status, batches: [], removedBatchIds: [] }
  tick(0)
  receive({ ...change, items: [{ ...queued, stage: 'stored' }] })
  receive({ ...change, items: [{ ...queued, stage: 'done', sentBytes: 0 }] })
  tick(1000)
  expect(store.getState().meters.get('b1')?.sent.perSecond).toBeCloseTo(queued.sizeBytes, 0)
})

test('an upload that starts again from nothing does not count backwards', () => {
  const store = storeOf('busy')
  const { receive, tick } = store.getState()
  const uploading = store.getState().projection.items.get('b1-12')
  if (uploading === undefined) throw new Error('the scene changed')
  const change = { full: false, status: store.getState().projection.status, batches: [], removedBatchIds: [] }
  receive({ ...change, items: [{ ...uploading, sentBytes: 0 }] })
  tick(0)
  receive({ ...change, items: [{ ...uploading, sentBytes: 5000 }] })
  receive({ ...change, items: [{ ...uploading, sentBytes: 0 }] })
  tick(1000)
  expect(store.getState().meters.get('b1')?.sent.perSecond).toBeCloseTo(5000, 0)
})

test('nothing is announced of what was there when the window opened', () => {
  expect(storeOf('nas-full').getState().milestones.told).toBe(0)
})

test('the throughput keeps two minutes and no more', () => {
  const store = storeOf('busy')
  for (let second = 0; second < 200; second++) store.getState().tick(second * 1000)
  expect(store.getState().throughput).toHaveLength(120)
})

test('the chosen template comes back with its shop after a restart; one that is gone is not missed', async () => {
  const storage = memoryStorage()
  const store = storeOf('busy', storage)
  await store.getState().refreshShops()
  store.getState().chooseTemplate('shop', 'dtf')
  const { shops } = store.getState()
  const again = readPreferences(storage)
  expect(chosenTemplate(chosenShop(shops, again), again)?.id).toBe('dtf')
  const gone = { ...again, shopId: 'no-such-shop', templateIds: { shop: 'no-such-template' } }
  expect(chosenTemplate(chosenShop(shops, gone), gone)?.id).toBe('t16')
})

test('damaged preferences do not keep the window from opening', () => {
  for (const damaged of ['{', 'null', '[]', '{"policy":{"onDuplicate":"eat"},"templateIds":7,"shopId":{}}'])
    expect(readPreferences({ getItem: () => damaged }).policy).toEqual({ onDuplicate: 'skip', onSimilar: 'review' })
})

test('a drop on a shop that is not set up says so, leads to its settings and accepts nothing', async () => {
  const store = storeOf('welcome')
  await store.getState().addPaths(['/tmp/a.png'])
  expect(store.getState().notice).toEqual({ kind: 'not-taken', why: 'starting' })
  await store.getState().refreshShops()
  await store.getState().addPaths(['/tmp/a.png'])
  expect(store.getState().screen).toBe('uploads')
  expect(store.getState().notice).toEqual({ kind: 'not-taken', why: 'set-up' })
  const unready = storeOf('empty')
  await unready.getState().refreshShops()
  const setup = unready.getState().shops?.[0]
  if (setup === undefined) throw new Error('the scene changed')
  unready.setState({ shops: [{ ...setup, shop: { ...setup.shop, nas: null } }] })
  await unready.getState().addPaths(['/tmp/a.png'])
  expect(unready.getState().screen).toBe('settings')
  expect(unready.getState().notice).toEqual({ kind: 'not-taken', why: 'set-up' })
})
