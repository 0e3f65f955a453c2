import { once } from 'node:events'
import { basename } from 'node:path'
import type { Batch, BatchView, ItemView } from '../../shared/domain/batch.ts'
import { codesWhere, type FailureCode } from '../../shared/domain/failure.ts'
import { type Item, preparedOf } from '../../shared/domain/item.ts'
import { verifyPolicyFor } from '../../shared/domain/shop.ts'
import { factsOf, isActive, isEnded } from '../../shared/domain/stages.ts'
import type { EngineDelta, EngineStatus } from '../../shared/ipc/engine.ts'
import { batchHolds } from '../items/batch-holds.ts'
import { holdOf, workOf } from '../items/blocking.ts'
import type { QueueContext } from '../items/context.ts'
import { twinView } from '../items/twins.ts'
import { reservedName } from './final-name.ts'
import { createRate } from './rate.ts'
import { replacedView } from './replacement.ts'

const NO_PICTURE = codesWhere(({ isNoPicture }) => isNoPicture === true)
const FINAL = codesWhere(({ isFinal }) => isFinal === true)

/** Changes are told at 10 Hz at most. */
const INTERVAL_MS = 100

/** What windows and terminals see: the whole once, then what changed. */
export interface Projection {
  itemChanged(itemId: string, batchId: string): void
  batchChanged(batchId: string): void
  /** A hold or a setting changed that is shown on many items. */
  allChanged(): void
  batchesRemoved(batchIds: readonly string[]): void
  /** What changed is no batch's, and no item's. */
  statusChanged(): void
  /** Templates are others, or stand otherwise with the shop's. */
  templatesChanged(): void
  /** Work of an earlier run is going on. */
  workRestored(batchIds: readonly string[], files: number): void
  status(): EngineStatus
  batchView(batchId: string): BatchView | null
  batchItems(batchId: string): ItemView[]
  /** Emits until the signal aborts. */
  watch(emit: (delta: EngineDelta) => void, signal: AbortSignal): Promise<void>
  dispose(): void
}

export type ProjectionContext = Pick<
  QueueContext,
  'catalog' | 'holds' | 'speed' | 'library' | 'live' | 'waitingFor' | 'traffic' | 'clock'
>

export function createProjection(context: ProjectionContext): Projection {
  const { catalog, speed, live, traffic, clock } = context
  const watchers = new Set<(delta: EngineDelta) => void>()
  const [sendingRate, readingRate] = [createRate(clock), createRate(clock)]
  const prints = createPrintSizes()
  const folderNames = new Map<string, string>()
  let restored: EngineStatus['restored'] = null
  let templateChanges = 0
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
      if (item === null) return []
      prints.learn(item)
      return [itemView(context, item)]
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
    const stages = catalog.items.counts(batchId)
    let totalBytes = 0
    let doneBytes = 0
    const unsent = { files: 0, bytes: 0 }
    for (const { stage, count, bytes } of stages) {
      totalBytes += bytes
      const { phase } = factsOf(stage)
      counts[isEnded(stage) ? stage : phase === 'asked' ? 'review' : 'active'] += count
      if (phase === 'stored' || phase === 'ended') doneBytes += bytes
      else if (isActive(stage)) {
        unsent.files += count
        unsent.bytes += bytes
      }
    }
    let movedBytes = 0
    for (const one of live.values()) {
      if (one.batchId !== batchId) continue
      doneBytes += one.sentBytes
      movedBytes += one.movedBytes
    }
    const failedWith = (codes: readonly FailureCode[]): number =>
      counts.failed === 0 ? 0 : catalog.items.failedWith(batchId, codes)
    const toRetry = counts.failed - failedWith(FINAL)
    const noPictures = failedWith(NO_PICTURE)
    counts.failed -= noPictures
    const shop = catalog.shops.shop(batch.shopId)
    const toSend = prints.estimate(batch.templateId, unsent.bytes)
    const policy = verifyPolicyFor(shop?.nas ?? {}, toSend / Math.max(1, unsent.files))
    const bytesToMove = policy === 'read-back' ? 2 * toSend : toSend
    return {
      ...batch,
      shopName: shop?.name ?? '',
      templateName: catalog.shops.template(batch.templateId)?.name ?? '',
      counts,
      failedUnseen: Math.min(counts.failed, catalog.batches.failedUnseen(batchId)),
      folderName: folderNameOf(batch),
      noPictures,
      toRetry,
      warned: catalog.items.warnedOf(batchId),
      twins: catalog.twins.openIn(batchId),
      ...batchHolds(context, batch, stages),
      bytesToMove: Math.max(0, Math.round(bytesToMove) - movedBytes),
      totalBytes,
      doneBytes,
    }
  }

  /** Once it is walked to its end, its files are all there. */
  const folderNameOf = ({ id, state }: Batch): string => {
    const name = folderNames.get(id) ?? basename(catalog.items.folderOf(id) ?? '')
    if (state !== 'scanning') folderNames.set(id, name)
    return name
  }

  const batchItems = (batchId: string): ItemView[] =>
    Array.from(catalog.items.ofBatch(batchId), (item) => itemView(context, item))

  const shortStatus = (): EngineDelta['status'] => ({
    pausedAll: catalog.settings.isPausedAll(),
    outboxCount: catalog.outbox.count(),
    bytesPerSecond: Math.max(sendingRate(traffic.ackedBytes), readingRate(traffic.verifiedBytes)),
    movedBytes: traffic.ackedBytes + traffic.verifiedBytes,
    speedLimit: { ...speed.now, timetable: speed.timetable },
    restored,
    libraries: context.library.states(),
    templateChanges,
    withdrawn: catalog.twins.kept(),
    recordsKeptIn: catalog.settings.recordsKeptIn(),
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
    statusChanged: schedule,
    templatesChanged() {
      templateChanges += 1
      full = true
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

/** How large print files are beside what was dropped, by template: as those that were made so far. */
function createPrintSizes() {
  const made = new Map<string, { droppedBytes: number; printBytes: number }>()
  return {
    learn({ templateId, source, state }: Item): void {
      const print = preparedOf(state)
      if (print === null) return
      const { droppedBytes, printBytes } = made.get(templateId) ?? { droppedBytes: 0, printBytes: 0 }
      made.set(templateId, {
        droppedBytes: droppedBytes + source.sizeBytes,
        printBytes: printBytes + print.sizeBytes,
      })
    },
    /** Bytes to send for so many that were dropped. */
    estimate(templateId: string, droppedBytes: number): number {
      const sizes = made.get(templateId)
      return sizes === undefined ? droppedBytes : (droppedBytes * sizes.printBytes) / Math.max(1, sizes.droppedBytes)
    },
  }
}

/** An item as it is shown: what is persisted, and what is known of it at the moment. */
export function itemView({ live, ...context }: ProjectionContext, item: Item): ItemView {
  const { id, batchId, seq, source, state } = item
  const now = live.get(id)
  const picture = 'examination' in state ? state.examination.picture : null
  const skipped = state.stage === 'skipped' ? state : null
  const decided = item.decided?.decision ?? null
  const twin = twinView(context.catalog, item)
  return {
    id,
    batchId,
    seq,
    fileName: source.fileName,
    sourcePath: source.path,
    sizeBytes: source.sizeBytes,
    stage: now?.stage ?? state.stage,
    hold: holdOf(context, workOf(item)) ?? (context.waitingFor.has(id) ? { kind: 'twin' } : null),
    sentBytes: now?.sentBytes ?? 0,
    failure: state.stage === 'failed' ? state.failure : null,
    matches:
      state.stage === 'review'
        ? state.matches.map((match) => ({ ...match, pixels: context.catalog.designs.pixelsOf(match.id) }))
        : [skipped?.match ?? []].flat().map((match) => ({ ...match, pixels: null })),
    decision: skipped?.by === 'remembered' ? 'again' : decided,
    reservedName: reservedName(context.catalog, item),
    remotePath: 'stored' in state && twin?.state !== 'withdrawn' ? (state.stored?.remotePath ?? null) : null,
    replaced: replacedView(context, item),
    twin,
    picture,
    preflight: 'examination' in state ? (state.examination.preflight ?? null) : null,
  }
}
