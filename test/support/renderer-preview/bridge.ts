import type { ItemView } from '../../../src/shared/domain/batch.ts'
import { failure } from '../../../src/shared/domain/failure.ts'
import { languageFor, type SpokenLanguage } from '../../../src/shared/domain/language.ts'
import { fail, ok } from '../../../src/shared/domain/result.ts'
import { isEnded } from '../../../src/shared/domain/stages.ts'
import type { EngineDelta } from '../../../src/shared/ipc/engine.ts'
import type { GalleyBridge, WindowEvents } from '../../../src/shared/ipc/window.ts'
import { browseSample } from './nas-folders.ts'
import { FINGERPRINT, stepsOf } from './nas-steps.ts'
import { sampleBatch, sampleShop } from './sample.ts'
import type { Scene } from './scenes.ts'

const PLACE = '7c9e6679-7425-40de-944b-e07fc1f90ae7'

type Listeners = { readonly [E in keyof WindowEvents]: Set<(payload: WindowEvents[E]) => void> }

/** A bridge that plays a scene in a plain browser, for looking at the window before there is an engine. */
export function createScriptedBridge(scene: Scene): GalleyBridge {
  const listeners: Listeners = {
    delta: new Set(),
    engineState: new Set(),
    menuCommand: new Set(),
    connectionStep: new Set(),
  }
  const items = new Map(scene.delta.items.map((item) => [item.id, item]))
  const batches = new Map(scene.delta.batches.map((batch) => [batch.id, batch]))
  let shops = scene.shops
  let spoken: SpokenLanguage = { choice: 'system', language: languageFor('system', navigator.languages) }
  let isTrusted = scene.nas !== 'unknown'
  const done = Promise.resolve(ok(null))

  const send = (changed: readonly ItemView[], full = false): void => {
    for (const item of changed) items.set(item.id, item)
    for (const id of new Set(changed.map(({ batchId }) => batchId))) {
      const batch = batches.get(id)
      const own = [...items.values()].filter(({ batchId }) => batchId === id)
      if (batch === undefined) continue
      const { state, createdAt, priority, shopId, shopName } = batch
      batches.set(id, { ...sampleBatch(id, state, createdAt, own), priority, shopId, shopName })
    }
    const delta: EngineDelta = {
      full,
      status: scene.isLively ? { ...scene.delta.status, bytesPerSecond: 41_000_000 } : scene.delta.status,
      batches: [...batches.values()],
      items: changed,
      removedBatchIds: [],
    }
    for (const listener of listeners.delta) listener(delta)
  }

  return {
    pathOf: (file) => `/home/ana/${file.name}`,
    on(event, listener) {
      listeners[event].add(listener)
      return () => listeners[event].delete(listener)
    },
    watch() {
      for (const listener of listeners.engineState) listener(scene.engine)
      send(scene.delta.items, true)
      if (scene.isLively) play(items, send)
      return done
    },
    listShops: () => Promise.resolve(ok(shops)),
    startPractice() {
      shops = [sampleShop('practice')]
      return Promise.resolve(ok({ shopId: 'shop' }))
    },
    saveShop({ shop }) {
      shops = [...shops.filter((setup) => setup.shop.id !== shop.id), { ...sampleShop('real'), shop, templates: [] }]
      return Promise.resolve(ok({ persisted: true }))
    },
    pairBackend: () => Promise.resolve(fail(failure('pairing-refused'))),
    saveTemplate(template) {
      shops = shops.map((setup) => {
        if (setup.shop.id !== template.shopId) return setup
        const [sample, ...others] = setup.templates.toSorted((one) => (one.id === template.id ? -1 : 1))
        const saved = sample === undefined ? [] : [{ ...sample, ...template, code: sample.code }]
        return {
          ...setup,
          templates: sample?.id === template.id ? [...others, ...saved] : [...setup.templates, ...saved],
        }
      })
      return Promise.resolve(ok({ templateId: template.id }))
    },
    readTemplates: () => done,
    settleTemplate: () => done,
    trustHostKey() {
      isTrusted = true
      return done
    },
    signIn: () => Promise.resolve(ok(null)),
    testConnection() {
      const steps = stepsOf(isTrusted && scene.nas === 'unknown' ? 'good' : scene.nas)
      for (const step of steps) for (const listener of listeners.connectionStep) listener(step)
      return Promise.resolve(ok(steps))
    },
    browseNas: ({ path }) =>
      Promise.resolve(isTrusted ? browseSample(path) : fail(failure('host-key-unknown', FINGERPRINT))),
    makeNasFolder: () => done,
    nasPlace: () =>
      Promise.resolve(
        ok({
          here: { id: PLACE, root: '/volume1/designs' },
          places: [{ id: PLACE, name: 'nas.wildflower.example /volume1/designs', hostKeys: [FINGERPRINT] }],
        }),
      ),
    settlePlace: () => done,
    testBackend: () => Promise.resolve(ok({ shopName: 'Wildflower Wraps' })),
    resendRecords: () =>
      Promise.resolve(ok({ asked: 1_204, sent: 1_204, keptIn: '/home/ana/.config/Galley/records/shop' })),
    recordsKeptSeen: () => done,
    acceptPaths: () => Promise.resolve(ok({ batchId: 'b1' })),
    pause: () => done,
    resume: () => done,
    prioritize: () => done,
    takeLinks: () => done,
    limitSpeed: () => done,
    cancel: ({ batchId, itemIds }) => {
      const open = [...items.values()].filter((item) => item.batchId === batchId && !isEnded(item.stage))
      const cancelled = open.filter(({ id }) => itemIds === undefined || itemIds.includes(id))
      send(cancelled.map((item) => ({ ...item, stage: 'cancelled' })))
      return Promise.resolve(ok({ itemIds: cancelled.map(({ id }) => id), paths: [], isPaused: false }))
    },
    undoCancel: ({ itemIds = [] }) => {
      send(itemIds.flatMap((id) => items.get(id) ?? []).map((item) => ({ ...item, stage: 'accepted' })))
      return done
    },
    retry: () => done,
    takeOver: () => done,
    decide({ itemIds, decision }) {
      const decided = itemIds.flatMap((id): ItemView[] => {
        const item = items.get(id)
        return item === undefined ? [] : [{ ...item, stage: decision === 'skip' ? 'skipped' : 'waiting' }]
      })
      send(decided)
      return done
    },
    settleTwins: () => Promise.resolve(ok([])),
    dropWithdrawn: () => Promise.resolve(ok({ files: 3 })),
    undoDecisions: ({ itemIds }) => Promise.resolve(ok({ reopened: itemIds, kept: [], refused: [] })),
    batchItems: ({ batchId }) => Promise.resolve(ok(scene.endedItems.filter((item) => item.batchId === batchId))),
    failuresSeen: () => done,
    clearEnded: () => Promise.resolve(ok({ batchIds: ['b0'] })),
    undoClear: () => done,
    rebuiltSeen: () => done,
    receipt: () => Promise.resolve(ok([])),
    status: () => Promise.resolve(ok({ ...scene.delta.status, batches: scene.delta.batches })),
    activity: () =>
      Promise.resolve(
        ok({
          engine: { pid: 4210, rssBytes: 118_000_000, peakRssBytes: 141_000_000, loopDelayP99Ms: 3.2 },
          main: { pid: 4200, rssBytes: 92_000_000, peakRssBytes: 110_000_000, loopDelayP99Ms: 1.4 },
          workers: [
            {
              kind: 'imaging',
              pid: 4215,
              rssBytes: 96_000_000,
              peakRssBytes: 188_000_000,
              loopDelayP99Ms: 12.1,
              restarts: 0,
            },
            {
              kind: 'imaging',
              pid: 4216,
              rssBytes: 102_000_000,
              peakRssBytes: 190_000_000,
              loopDelayP99Ms: 61.4,
              restarts: 1,
            },
            {
              kind: 'transfer',
              pid: 4221,
              rssBytes: 84_000_000,
              peakRssBytes: 92_000_000,
              loopDelayP99Ms: 2.4,
              restarts: 0,
            },
          ],
        }),
      ),
    diagnose: () => Promise.resolve(fail(failure('internal'))),
    pickFiles: () => Promise.resolve(ok(['/home/ana/id_ed25519'])),
    pickFolder: () => Promise.resolve(ok([])),
    knownSecrets: () => Promise.resolve(ok(scene.shops.length === 0 ? [] : ['nas-password', 'backend-token'])),
    saveReceipt: () => Promise.resolve(ok({ path: '/home/ana/Documents/receipt-2026-11-23.csv' })),
    openDataFolder: () => done,
    revealLog: () => done,
    appInfo: () => Promise.resolve(ok({ version: '0.1.0', platform: 'linux', secretsPersist: true })),
    language: () => Promise.resolve(ok(spoken)),
    chooseLanguage({ choice }) {
      spoken = { choice, language: languageFor(choice, navigator.languages) }
      return Promise.resolve(ok(spoken))
    },
    restartEngine: () => done,
    quit: () => done,
  }
}

/** Moves 500 items one stage on, ten times a second. */
function play(items: ReadonlyMap<string, ItemView>, send: (changed: readonly ItemView[]) => void): void {
  const next: Partial<Record<ItemView['stage'], ItemView['stage']>> = {
    accepted: 'hashing',
    hashing: 'waiting',
    waiting: 'uploading',
    uploading: 'done',
    done: 'accepted',
  }
  const ids = [...items.keys()]
  let at = 0
  setInterval(() => {
    const changed: ItemView[] = []
    for (let step = 0; step < 500; step++) {
      const item = items.get(ids[at++ % ids.length] ?? '')
      const stage = item === undefined ? undefined : next[item.stage]
      if (item === undefined || stage === undefined) continue
      changed.push({ ...item, stage, sentBytes: stage === 'done' ? item.sizeBytes : 0 })
    }
    send(changed)
  }, 100)
}
