import type { Priority } from '../../shared/domain/batch.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { DuplicatePolicy } from '../../shared/domain/match.ts'
import type { Result } from '../../shared/domain/result.ts'
import { canMove, type EngineState, statusOf, type WorkStatus } from '../../shared/domain/work-status.ts'
import type { EngineDelta, ShopSetup } from '../../shared/ipc/engine.ts'
import type { GalleyBridge } from '../../shared/ipc/window.ts'
import { type Meter, readMeter } from './meter.ts'
import { type Milestone, milestonesBetween } from './milestones.ts'
import { applyDelta, EMPTY_PROJECTION, type Projection, withItemViews } from './projection.ts'
import { type ShopChoice, shownProjection } from './shown-shop.ts'
import type { GetSlice, SetSlice } from './slice.ts'
import type { UndoSlice } from './undo-slice.ts'

/** Seconds of throughput that Activity shows. */
export const THROUGHPUT_SECONDS = 120

export interface EngineSlice {
  readonly engine: EngineState
  /** Null until the engine answered for the first time. */
  readonly shops: readonly ShopSetup[] | null
  /** True once the first full projection arrived. */
  readonly isProjected: boolean
  readonly projection: Projection
  /** How all of it stands, as tray and notices have it, too. */
  readonly work: WorkStatus
  readonly seenActive: ReadonlySet<string>
  /** How many bytes go over the line while the work goes on. */
  readonly pace: Meter | null
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
  /** Takes in what links lead to that lead out of what was dropped. */
  takeLinks(batchId: string): Promise<void>
  /** Sends a design from here that another workstation is about to send. */
  takeOver(itemId: string): Promise<void>
  retry(batchId: string, itemIds?: readonly string[]): Promise<void>
  /** Tries at once what a NAS, a backend or this computer holds back. */
  tryNow(): Promise<void>
  /** A person looks at the list: what failed of it is no news any more. */
  seeFailures(): Promise<void>
  /** Files that were taken back are kept no longer. */
  dropWithdrawn(shopId: string): Promise<void>
  seeRebuilt(): Promise<void>
  seeRecordsKept(): Promise<void>
  saveReceipt(batchId: string, format: 'csv' | 'json'): Promise<string | null>
}

/** Where a drop goes. */
export interface Destination {
  readonly shopId: string
  readonly templateId: string
}

/** Without the engine nothing can be done; one that is started again is asked once it is there. */
export function isEngineStopped({ engine }: Pick<EngineSlice, 'engine'>): boolean {
  return engine.state === 'stopped'
}

/** Nothing moves, whatever was told last: the engine is not there, or not there again. */
export function isAtRest({ engine }: Pick<EngineSlice, 'engine'>): boolean {
  return !canMove(engine)
}

/** The copy of the engine's state, and what a person may ask of the engine. `onFailure` hears of refusals. */
export function createEngineSlice(
  bridge: GalleyBridge,
  onFailure: (failure: Failure) => void,
  set: SetSlice<EngineSlice>,
  get: GetSlice<EngineSlice & ShopChoice & Pick<UndoSlice, 'broughtBack'>>,
): EngineSlice {
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
    work: statusOf({ engine: { state: 'starting' }, ...EMPTY_PROJECTION }),
    seenActive: new Set(),
    pace: null,
    throughput: [],
    milestones: { told: 0, latest: [] },

    receive(delta) {
      const before = get()
      const projection = applyDelta(before.projection, delta)
      const work = workOf({ ...before, projection })
      if (delta.status.templateChanges !== before.projection.status.templateChanges) void before.refreshShops()
      const latest = delta.full ? [] : milestonesBetween(before, { projection, work }, before.broughtBack)
      const newlyActive = delta.batches.filter(({ id, state }) => state !== 'ended' && !before.seenActive.has(id))
      set({
        isProjected: true,
        projection,
        work,
        ...(newlyActive.length > 0
          ? { seenActive: new Set([...before.seenActive, ...newlyActive.map(({ id }) => id)]) }
          : {}),
        ...(latest.length > 0 ? { milestones: { told: before.milestones.told + 1, latest } } : {}),
      })
    },
    receiveEngineState(engine) {
      set((before) => ({ engine, work: workOf({ ...before, engine }) }))
      if (engine.state === 'running') void get().refreshShops()
    },
    tick(nowMs) {
      set((before) => {
        const { bytesPerSecond, movedBytes } = before.projection.status
        const isWorking = before.work.kind === 'working'
        const throughput = [...before.throughput, isWorking ? bytesPerSecond : 0].slice(-THROUGHPUT_SECONDS)
        const pace = readMeter(before.pace, movedBytes, nowMs, isWorking)
        return { throughput, pace, work: workOf({ ...before, throughput }) }
      })
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
    takeLinks: (batchId) => tell(bridge.takeLinks({ batchId })),
    takeOver: (itemId) => tell(bridge.takeOver({ itemId })),
    retry: (batchId, itemIds) => tell(bridge.retry(part(batchId, itemIds))),
    async tryNow() {
      const moving = get().projection.batches.filter(({ state }) => state !== 'ended')
      await Promise.all(moving.map(({ id }) => tell(bridge.retry({ batchId: id, itemIds: [] }))))
    },
    async seeFailures() {
      const unseen = shownProjection(get()).batches.filter(({ failedUnseen }) => failedUnseen > 0)
      // It may be looked at without an engine, that has no ear for it.
      if (unseen.length > 0 && !isEngineStopped(get()))
        await tell(bridge.failuresSeen({ batchIds: unseen.map(({ id }) => id) }))
    },
    async dropWithdrawn(shopId) {
      await answerOf(bridge.dropWithdrawn({ shopId }))
    },
    seeRebuilt: () => tell(bridge.rebuiltSeen()),
    seeRecordsKept: () => tell(bridge.recordsKeptSeen()),
    saveReceipt: async (batchId, format) => (await answerOf(bridge.saveReceipt({ batchId, format })))?.path ?? null,
  }
}

type WorkSeen = Pick<EngineSlice, 'engine' | 'projection' | 'throughput' | 'work'>

/** How the work stands now, with the speed as it was read last: once a second, so that it can be read. What did not change
 *  keeps its identity. */
function workOf({ engine, projection, throughput, work: before }: WorkSeen): WorkStatus {
  const status = { ...projection.status, bytesPerSecond: throughput.at(-1) ?? 0 }
  const now = statusOf({ engine, status, batches: projection.batches })
  if (isAlike(now, before)) return before
  return isAlike(now.held, before.held) ? { ...now, held: before.held } : now
}

function isAlike(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
