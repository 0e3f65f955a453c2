import { createStore, type StoreApi } from 'zustand'
import type { GalleyBridge } from '../../shared/ipc/window.ts'
import { createListSlice, type ListSlice } from '../features/batches/list-slice.ts'
import { createDropSlice, type DropSlice } from '../features/drop/drop-slice.ts'
import { createReviewSlice, type ReviewSlice } from '../features/duplicates/review-slice.ts'
import { type BrowseSlice, createBrowseSlice } from '../features/nas-browser/browse-slice.ts'
import { createDraftSlice, type DraftSlice } from './draft-slice.ts'
import { createEngineSlice, type EngineSlice } from './engine-slice.ts'
import { keepDeeds, readDeeds } from './kept-deeds.ts'
import { createLanguageSlice, type LanguageSlice } from './language-slice.ts'
import { createUndoSlice, type UndoSlice } from './undo-slice.ts'
import { createWindowSlice, type WindowSlice } from './window-slice.ts'

export type GalleyState = EngineSlice &
  WindowSlice &
  DropSlice &
  ListSlice &
  ReviewSlice &
  UndoSlice &
  BrowseSlice &
  DraftSlice &
  LanguageSlice
export type GalleyStore = StoreApi<GalleyState>

/** The window's one store. It holds a projection of the engine's state and what a person looks at. Durable are only a
 *  person's choices, and what they did that can be taken back. */
export function createGalleyStore(bridge: GalleyBridge, storage: Pick<Storage, 'getItem' | 'setItem'>): GalleyStore {
  const store = createStore<GalleyState>()((set, get) => ({
    ...createEngineSlice(bridge, (failure) => set({ notice: { kind: 'failure', failure } }), set, get),
    ...createWindowSlice(storage, set),
    ...createDropSlice(bridge, get),
    ...createListSlice(set),
    ...createReviewSlice(bridge, (notice) => set({ notice }), set, get),
    ...createUndoSlice(bridge, readDeeds(storage), (notice) => set({ notice }), set, get),
    ...createBrowseSlice(bridge, set, get),
    ...createDraftSlice(set),
    ...createLanguageSlice(bridge, navigator.languages, set),
  }))
  store.subscribe(({ deeds }, before) => {
    if (deeds !== before.deeds) keepDeeds(storage, deeds)
  })
  return store
}

/** Feeds the store from the bridge until the returned function is called. */
export function connect(store: GalleyStore, bridge: GalleyBridge, monotonicMs: () => number): () => void {
  const ends = [
    bridge.on('delta', (delta) => store.getState().receive(delta)),
    bridge.on('engineState', (state) => store.getState().receiveEngineState(state)),
  ]
  void bridge.watch()
  const timer = setInterval(() => store.getState().tick(monotonicMs()), 1000)
  return () => {
    clearInterval(timer)
    for (const end of ends) end()
  }
}
