import { expect, test } from 'vitest'
import { createScriptedBridge } from '../../../test/support/renderer-preview/bridge.ts'
import { SCENES } from '../../../test/support/renderer-preview/scenes.ts'
import { failure } from '../../shared/domain/failure.ts'
import { ok } from '../../shared/domain/result.ts'
import type { GalleyBridge } from '../../shared/ipc/window.ts'
import { createGalleyStore, type GalleyStore } from './galley-store.ts'
import { readPreferences } from './preferences.ts'
import { listRows } from './rows.ts'
import { chosenShop, chosenTemplate, shownProjection } from './shown-shop.ts'

function memoryStorage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

function storeOf(sceneName: string, storage = memoryStorage(), answers: Partial<GalleyBridge> = {}): GalleyStore {
  const scene = SCENES[sceneName]
  if (scene === undefined) throw new Error(`no scene ${sceneName}`)
  const played = scene()
  const store = createGalleyStore({ ...createScriptedBridge(played), ...answers }, storage)
  store.getState().receive(played.delta)
  return store
}

test('one speed is told everywhere, once a second, and none of what only ticks on', () => {
  const store = storeOf('busy')
  const { receive, tick } = store.getState()
  store.getState().receiveEngineState({ state: 'running' })
  const speed = (): unknown => {
    const { work, throughput } = store.getState()
    return [work.kind === 'working' ? work.bytesPerSecond : null, throughput.at(-1)]
  }
  tick(0)
  expect(speed()).toEqual([12_400_000, 12_400_000])
  const { projection } = store.getState()
  const change = { full: false, batches: [], items: [], removedBatchIds: [] }
  receive({ ...change, status: { ...projection.status, bytesPerSecond: 7 } })
  expect(speed()).toEqual([12_400_000, 12_400_000])
  tick(1000)
  expect(speed()).toEqual([7, 7])
})

test('while all is held or paused no speed is told, though bytes are still under way', () => {
  for (const scene of ['nas-full', 'paused']) {
    const store = storeOf(scene)
    const { receive, tick, projection } = store.getState()
    store.getState().receiveEngineState({ state: 'running' })
    const status = { ...projection.status, bytesPerSecond: 345_000, movedBytes: 1_000_000 }
    receive({ full: false, status, batches: [], items: [], removedBatchIds: [] })
    tick(0)
    tick(5000)
    expect([scene, store.getState().throughput.at(-1)]).toEqual([scene, 0])
    expect(store.getState().work).not.toHaveProperty('bytesPerSecond')
  }
})

test('the time that is left follows from the bytes that went over the line, and from nothing else that comes', () => {
  const store = storeOf('busy')
  const { receive, tick, projection } = store.getState()
  store.getState().receiveEngineState({ state: 'running' })
  const change = { full: false, batches: [], removedBatchIds: [] }
  const [known] = projection.items.values()
  if (known === undefined) throw new Error('the scene changed')
  for (let second = 0; second < 5; second++) {
    const items = [{ ...known, id: `new ${second}`, stage: 'done', sentBytes: known.sizeBytes } as const]
    receive({ ...change, items, status: { ...projection.status, movedBytes: 1_000 * second } })
    tick(second * 1000)
  }
  expect(store.getState().pace).toMatchObject({ total: 4_000, perSecond: 1_000 })
})

test('what did not change keeps its identity, so that nothing is drawn ten times a second', () => {
  const store = storeOf('nas-full')
  const { receive, work, projection } = store.getState()
  receive({
    full: false,
    status: { ...projection.status, outboxCount: 1 },
    batches: [],
    items: [],
    removedBatchIds: [],
  })
  expect(store.getState().work).toBe(work)
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

test('a notice leads to its batch, whatever shop, filter and search are shown, and what failed elsewhere stays unseen', async () => {
  const store = storeOf('two-shops')
  await store.getState().refreshShops()
  const seen: unknown[] = []
  store.setState({ cursor: 'item/b1-4', filter: 'done', search: 'ghosts' })
  const rows = (): readonly string[] => listRows(shownProjection(store.getState()), store.getState())
  store.getState().chooseShop('gifts')
  expect(store.getState().cursor).toBeNull()
  expect(rows()).toEqual([])
  store.getState().leadToBatch('gifts')
  expect(rows()).toContain('batch/gifts')
  expect(store.getState().ledToRow).toBe('batch/gifts')

  const told = storeOf('two-shops', memoryStorage(), {
    failuresSeen: async ({ batchIds }) => {
      seen.push(...batchIds)
      return ok(null)
    },
  })
  await told.getState().refreshShops()
  await told.getState().seeFailures()
  expect(seen).toEqual(['b1'])
})

test('what failed is looked at without an engine, too, that has no ear for it', async () => {
  const seen: unknown[] = []
  const store = storeOf('two-shops', memoryStorage(), {
    failuresSeen: async ({ batchIds }) => {
      seen.push(...batchIds)
      return ok(null)
    },
  })
  store.getState().receiveEngineState({ state: 'stopped', failure: failure('internal') })
  await store.getState().seeFailures()
  expect([seen, store.getState().notice]).toEqual([[], null])
  store.getState().receiveEngineState({ state: 'restarting', afterMs: 1 })
  await store.getState().seeFailures()
  expect(seen).not.toEqual([])
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
  const lacking = [
    ['host', { ...setup, shop: { ...setup.shop, nas: null } }],
    ['template', { ...setup, templates: [] }],
  ] as const
  for (const [place, shop] of lacking) {
    unready.setState({ shops: [shop], notice: null, screen: 'uploads' })
    await unready.getState().addPaths(['/tmp/a.png'])
    const { screen, ledTo, notice } = unready.getState()
    expect({ screen, ledTo, notice }).toEqual({
      ...{ screen: 'settings', ledTo: { place } },
      notice: { kind: 'not-taken', why: 'set-up' },
    })
  }
  // Who goes there by himself is led nowhere.
  unready.getState().show('settings')
  expect(unready.getState().ledTo).toBeNull()
})
