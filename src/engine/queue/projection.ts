import { once } from 'node:events'
import type { BatchView, ItemView } from '../../shared/domain/batch.ts'
import type { Item } from '../../shared/domain/item.ts'
import { factsOf, isEnded, type Stage } from '../../shared/domain/stages.ts'
import type { EngineDelta, EngineStatus } from '../../shared/ipc/engine.ts'
import { batchHoldOf, holdOf, workOf } from '../items/blocking.ts'
import type { QueueContext } from '../items/context.ts'
import { createRate } from './rate.ts'
import { replacedView } from './replacement.ts'

/** Changes are told at 10 Hz at most. */
const INTERVAL_MS = 100

/** What windows and terminals see: the whole once, then what changed. */
export interface Projection {
  itemChanged(itemId: string, batchId: string): void
  batchChanged(batchId: string): void
  /** A hold or a setting changed that is shown on many items. */
  allChanged(): void
  batchesRemoved(batchIds: readonly string[]): void
  /** Work of an earlier run is going on. */
  workRestored(batchIds: readonly string[], files: number): void
  status(): EngineStatus
  batchView(batchId: string): BatchView | null
  batchItems(batchId: string): ItemView[]
  /** Emits until the signal aborts. */
  watch(emit: (delta: EngineDelta) => void, signal: AbortSignal): Promise<void>
  dispose(): void
}

export type ProjectionContext = Pick<QueueContext, 'catalog' | 'holds' | 'speed' | 'live' | 'traffic' | 'clock'>

export function createProjection(context: ProjectionContext): Projection {
  const { catalog, speed, live, traffic, clock } = context
  const watchers = new Set<(delta: EngineDelta) => void>()
  const rate = createRate(clock)
  let restored: EngineStatus['restored'] = null
  let items = new Set<string>()
  let batches = new Set<string>()
  let removed: string[] = []
  let full = false
  let timer: NodeJS.Timeout | undefined

  const schedule = (): void => {
    if (watchers.size > 0) timer ??= setTimeout(tell, INTERVAL_MS)
  }

  const tell = (): void => {
    timer = undefined
    const delta = readChanges()
    if (delta === null) return
    forget()
    for (const emit of watchers) emit(delta)
    // The speed shown falls to nothing even when nothing else happens any more.
    if (live.size > 0 || delta.status.bytesPerSecond > 0) schedule()
  }

  /** Null: the catalog cannot be read now. Everything is told when what it waits for is over. */
  const readChanges = (): EngineDelta | null => {
    try {
      return full ? everything() : changes()
    } catch (error) {
      if (catalog.met(error) === null) throw error
      return null
    }
  }

  const forget = (): void => {
    items = new Set()
    batches = new Set()
    removed = []
    full = false
  }

  const changes = (): EngineDelta => ({
    full: false,
    status: shortStatus(),
    batches: [...batches].flatMap((id) => batchView(id) ?? []),
    items: [...items].flatMap((id) => {
      const item = catalog.items.get(id)
      return item === null ? [] : [itemView(context, item)]
    }),
    removedBatchIds: removed,
  })

  const everything = (): EngineDelta => {
    const { batches: shown, ...status } = fullStatus()
    const open = shown.filter(({ state }) => state !== 'ended')
    return {
      full: true,
      status,
      batches: shown,
      items: open.flatMap(({ id }) => batchItems(id)),
      removedBatchIds: [],
    }
  }

  const batchView = (batchId: string): BatchView | null => {
    const batch = catalog.batches.get(batchId)
    if (batch === null) return null
    const counts = { done: 0, skipped: 0, failed: 0, cancelled: 0, review: 0, active: 0 }
    const stages: Stage[] = []
    let totalBytes = 0
    let doneBytes = 0
    for (const { stage, count, bytes } of catalog.items.counts(batchId)) {
      stages.push(stage)
      totalBytes += bytes
      const { phase } = factsOf(stage)
      counts[isEnded(stage) ? stage : phase === 'asked' ? 'review' : 'active'] += count
      if (phase === 'stored' || phase === 'ended') doneBytes += bytes
    }
    for (const { batchId: of, sentBytes } of live.values()) if (of === batchId) doneBytes += sentBytes
    return {
      ...batch,
      shopName: catalog.shops.shop(batch.shopId)?.name ?? '',
      templateName: catalog.shops.template(batch.templateId)?.name ?? '',
      counts,
      hold: batchHoldOf(context, batch, stages),
      totalBytes,
      doneBytes,
    }
  }

  const batchItems = (batchId: string): ItemView[] =>
    Array.from(catalog.items.ofBatch(batchId), (item) => itemView(context, item))

  const shortStatus = (): EngineDelta['status'] => ({
    pausedAll: catalog.settings.isPausedAll(),
    outboxCount: catalog.outbox.count(),
    bytesPerSecond: rate.perSecond(traffic.ackedBytes),
    speedLimit: { ...speed.now, timetable: speed.timetable },
    restored,
    rebuilt: catalog.settings.isRebuiltSeen() ? null : catalog.settings.rebuilt(),
  })

  const fullStatus = (): EngineStatus => ({
    ...shortStatus(),
    batches: catalog.batches.shown().flatMap(({ id }) => batchView(id) ?? []),
  })

  return {
    itemChanged(itemId, batchId) {
      items.add(itemId)
      batches.add(batchId)
      schedule()
    },
    batchChanged(batchId) {
      batches.add(batchId)
      schedule()
    },
    allChanged() {
      full = true
      schedule()
    },
    batchesRemoved(batchIds) {
      removed.push(...batchIds)
      schedule()
    },
    workRestored(batchIds, files) {
      restored = { batchIds, files }
      schedule()
    },
    status: fullStatus,
    batchView,
    batchItems,
    async watch(emit, signal) {
      // What changed while nobody watched is in the whole.
      if (watchers.size === 0) forget()
      emit(everything())
      watchers.add(emit)
      if (!signal.aborted) await once(signal, 'abort')
      watchers.delete(emit)
    },
    dispose: () => clearTimeout(timer),
  }
}

/** An item as it is shown: what is persisted, and what is known of it at the moment. */
export function itemView({ live, ...context }: ProjectionContext, item: Item): ItemView {
  const { id, batchId, seq, source, state } = item
  const now = live.get(id)
  const picture = 'examination' in state ? state.examination.picture : null
  const skipped = state.stage === 'skipped' ? state : null
  const decided = item.decided?.decision ?? null
  return {
    id,
    batchId,
    seq,
    fileName: source.fileName,
    sizeBytes: source.sizeBytes,
    stage: now?.stage ?? state.stage,
    hold: holdOf(context, workOf(item)),
    sentBytes: now?.sentBytes ?? 0,
    failure: state.stage === 'failed' ? state.failure : null,
    matches:
      state.stage === 'review'
        ? state.matches.map((match) => ({ ...match, pixels: context.catalog.designs.pixelsOf(match.id) }))
        : [skipped?.match ?? []].flat().map((match) => ({ ...match, pixels: null })),
    decision: skipped?.by === 'remembered' ? 'again' : decided,
    remotePath: 'stored' in state ? (state.stored?.remotePath ?? null) : null,
    replaced: replacedView(context, item),
    picture,
    preflight: 'examination' in state ? (state.examination.preflight ?? null) : null,
  }
}
