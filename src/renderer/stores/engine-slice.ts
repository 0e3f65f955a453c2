import type { ItemView, Priority } from '../../shared/domain/batch.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { DuplicatePolicy } from '../../shared/domain/match.ts'
import type { Result } from '../../shared/domain/result.ts'
import type { Timetable } from '../../shared/domain/speed-limit.ts'
import { factsOf } from '../../shared/domain/stages.ts'
import type { EngineDelta, ShopSetup } from '../../shared/ipc/engine.ts'
import type { EngineState, GalleyBridge } from '../../shared/ipc/window.ts'
import { type Attention, attentionOf } from './attention.ts'
import { type Meter, readMeter } from './meter.ts'
import { type Milestone, milestonesBetween } from './milestones.ts'
import { applyDelta, EMPTY_PROJECTION, type Projection, withItemViews } from './projection.ts'
import type { GetSlice, SetSlice } from './slice.ts'

/** Seconds of throughput that Activity shows. */
export const THROUGHPUT_SECONDS = 120

/** How fast a batch goes: bytes on the wire, and bytes dealt with in any way. */
export interface BatchMeters {
  readonly sent: Meter
  readonly done: Meter
}

export interface EngineSlice {
  readonly engine: EngineState
  /** Null until the engine answered for the first time. */
  readonly shops: readonly ShopSetup[] | null
  /** True once the first full projection arrived. */
  readonly isProjected: boolean
  readonly projection: Projection
  readonly attention: readonly Attention[]
  readonly seenActive: ReadonlySet<string>
  readonly meters: ReadonlyMap<string, BatchMeters>
  /** Bytes per second, one reading a second, the newest last. */
  readonly throughput: readonly number[]
  /** What to tell a screen reader, with a number that rises with each telling. */
  readonly milestones: { readonly told: number; readonly latest: readonly Milestone[] }

  receive(delta: EngineDelta): void
  receiveEngineState(engine: EngineState): void
  /** Takes the readings that are shown once a second. */
  tick(nowMs: number): void
  refreshShops(): Promise<void>
  loadItems(batchId: string): Promise<void>
  /** True when the drop was accepted. */
  accept(paths: readonly string[], to: Destination, policy: DuplicatePolicy): Promise<boolean>
  pause(batchId: string | null): Promise<void>
  resume(batchId: string | null): Promise<void>
  prioritize(batchId: string, priority: Priority): Promise<void>
  limitSpeed(timetable: Timetable): Promise<void>
  cancel(batchId: string, itemIds?: readonly string[]): Promise<void>
  retry(batchId: string, itemIds?: readonly string[]): Promise<void>
  /** Tries at once what a NAS, a backend or this computer holds back. */
  tryNow(): Promise<void>
  clearEnded(): Promise<void>
  seeRebuilt(): Promise<void>
  saveReceipt(batchId: string, format: 'csv' | 'json'): Promise<string | null>
}

/** Where a drop goes. */
export interface Destination {
  readonly shopId: string
  readonly templateId: string
}

/** The copy of the engine's state, and what a person may ask of the engine. `onFailure` hears of refusals. */
export function createEngineSlice(
  bridge: GalleyBridge,
  onFailure: (failure: Failure) => void,
  set: SetSlice<EngineSlice>,
  get: GetSlice<EngineSlice>,
): EngineSlice {
  /** Bytes seen going over the wire, by batch; only rises. */
  const sentBytes = new Map<string, number>()

  const answerOf = async <T>(call: Promise<Result<T>>): Promise<T | null> => {
    const result = await call
    if (result.ok) return result.value
    onFailure(result.failure)
    return null
  }
  const tell = async (call: Promise<Result<null>>): Promise<void> => {
    await answerOf(call)
  }
  const part = (batchId: string, itemIds?: readonly string[]): { batchId: string; itemIds?: string[] } =>
    itemIds === undefined ? { batchId } : { batchId, itemIds: [...itemIds] }

  return {
    engine: { state: 'starting' },
    shops: null,
    isProjected: false,
    projection: EMPTY_PROJECTION,
    attention: [],
    seenActive: new Set(),
    meters: new Map(),
    throughput: [],
    milestones: { told: 0, latest: [] },

    receive(delta) {
      const before = get()
      countSent(sentBytes, before.projection.items, delta.items)
      const projection = applyDelta(before.projection, delta)
      const attention = attentionOf(projection, before.attention)
      const latest = delta.full ? [] : milestonesBetween(before, { projection, attention })
      const newlyActive = delta.batches.filter(({ id, state }) => state !== 'ended' && !before.seenActive.has(id))
      set({
        isProjected: true,
        projection,
        attention,
        ...(newlyActive.length > 0
          ? { seenActive: new Set([...before.seenActive, ...newlyActive.map(({ id }) => id)]) }
          : {}),
        ...(latest.length > 0 ? { milestones: { told: before.milestones.told + 1, latest } } : {}),
      })
    },
    receiveEngineState(engine) {
      set({ engine })
      if (engine.state === 'running') void get().refreshShops()
    },
    tick(nowMs) {
      set(({ projection, meters, throughput }) => ({
        throughput: [...throughput, projection.status.bytesPerSecond].slice(-THROUGHPUT_SECONDS),
        meters: new Map(
          projection.batches
            .filter(({ state }) => state === 'active')
            .map(({ id, doneBytes }) => {
              const before = meters.get(id)
              const sent = readMeter(before?.sent, sentBytes.get(id) ?? 0, nowMs)
              return [id, { sent, done: readMeter(before?.done, doneBytes, nowMs) }]
            }),
        ),
      }))
    },
    async refreshShops() {
      const shops = await answerOf(bridge.listShops())
      if (shops !== null) set({ shops })
    },
    async loadItems(batchId) {
      const items = await answerOf(bridge.batchItems({ batchId }))
      if (items !== null) set(({ projection }) => ({ projection: withItemViews(projection, items) }))
    },
    accept: async (paths, { shopId, templateId }, policy) =>
      (await answerOf(bridge.acceptPaths({ paths: [...paths], shopId, templateId, policy }))) !== null,
    pause: (batchId) => tell(bridge.pause({ batchId })),
    resume: (batchId) => tell(bridge.resume({ batchId })),
    prioritize: (batchId, priority) => tell(bridge.prioritize({ batchId, priority })),
    limitSpeed: (timetable) => tell(bridge.limitSpeed({ timetable })),
    cancel: (batchId, itemIds) => tell(bridge.cancel(part(batchId, itemIds))),
    retry: (batchId, itemIds) => tell(bridge.retry(part(batchId, itemIds))),
    async tryNow() {
      const moving = get().projection.batches.filter(({ state }) => state !== 'ended')
      await Promise.all(moving.map(({ id }) => tell(bridge.retry({ batchId: id, itemIds: [] }))))
    },
    clearEnded: () => tell(bridge.clearEnded()),
    seeRebuilt: () => tell(bridge.rebuiltSeen()),
    saveReceipt: async (batchId, format) => (await answerOf(bridge.saveReceipt({ batchId, format })))?.path ?? null,
  }
}

/** Bytes of the item that the NAS has. A small file may be stored before its progress was ever told. */
function onTheNas({ stage, sizeBytes, sentBytes }: ItemView): number {
  return factsOf(stage).phase === 'stored' || stage === 'done' ? sizeBytes : sentBytes
}

function countSent(
  sentBytes: Map<string, number>,
  before: ReadonlyMap<string, ItemView>,
  changed: readonly ItemView[],
): void {
  for (const item of changed) {
    const known = before.get(item.id)
    const more = known === undefined ? 0 : onTheNas(item) - onTheNas(known)
    if (more > 0) sentBytes.set(item.batchId, (sentBytes.get(item.batchId) ?? 0) + more)
  }
}
