import type { Cancelled, Priority } from '../../shared/domain/batch.ts'
import { failure, mayHelp } from '../../shared/domain/failure.ts'
import { holdKeysOfComputer, holdKeysOfShop } from '../../shared/domain/hold-key.ts'
import type { Item } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { factsOf, isActive, isEnded, isSending, type Stage } from '../../shared/domain/stages.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import { acceptPaths } from '../intake/accept.ts'
import { holdOf, workOf } from '../items/blocking.ts'
import { announce, applyInTransaction, type QueueContext } from '../items/context.ts'
import { faultMet } from '../items/fault-policy.ts'
import type { Lane } from '../items/lane.ts'
import { recordOf } from '../items/record.ts'
import type { NumberLeases } from '../records/number-leases.ts'
import { createDecisions, type Decisions } from './decide.ts'
import type { MatchLane } from './match-lane.ts'
import type { PreparedFiles } from './prepared-files.ts'
import type { Projection } from './projection.ts'
import type { Rest } from './rest.ts'
import type { SweepLane } from './sweep-lane.ts'
import type { Twins } from './twins.ts'
import type { UndoReplacement } from './undo-replacement.ts'

export interface QueueParts {
  readonly context: QueueContext
  readonly projection: Projection
  readonly rest: Rest
  /** Woken in this order. */
  readonly lanes: {
    readonly catchUp: Lane
    readonly examine: Lane
    readonly match: MatchLane
    readonly prepare: Lane
    readonly transfer: Lane
    readonly record: Lane
    readonly recheck: Lane
    readonly sweep: SweepLane
  }
  readonly replacements: UndoReplacement
  readonly twins: Pick<Twins, 'withdraw' | 'undo'>
  readonly numbers: Pick<NumberLeases, 'ensure'>
  readonly files: Pick<PreparedFiles, 'remove'>
}

/** What a person can ask of the queue. Each is durable before it answers. */
export interface Queue extends Decisions {
  accept(request: EngineContract['acceptPaths']['input']): Promise<Result<{ batchId: string }>>
  pause(batchId: string | null): Promise<void>
  resume(batchId: string | null): Promise<void>
  /** For what is taken up from now on. */
  prioritize(batchId: string, priority: Priority): Promise<void>
  cancel(batchId: string, itemIds?: readonly string[]): Promise<Cancelled>
  /** Cancelled items of the batch are examined or compared anew; without `itemIds`, all. What was sent of the same bytes
   *  within the hour is not sent again. */
  undoCancel(request: EngineContract['undoCancel']['input']): Promise<void>
  /** `conflict` when there is nothing to try again, as all that is asked for is under way. */
  retry(batchId: string, itemIds?: readonly string[]): Promise<Result<null>>
  /** Releases the claims of a dead process, goes on with walks that were cut short, and starts working. */
  start(): Promise<void>
  wake(): void
  /** Somebody changed the shop, or asks for another try: nothing of it waits for what it was held for. */
  liftShop(shopId: string): void
  /** An item came to the stage: its print file goes where none is sent from there, and lanes that may go on do. */
  stageReached(stage: Stage, itemId: string): void
  /** An item ended, has a file on the NAS or is in review: who waited for it may go on. */
  itemSettled(itemId: string, batchId: string): void
  /** Stops what is being uploaded; it stays waiting, and its lane takes it up again when it may. */
  stopSending(batchId: string | null): Promise<void>
  /** Walks links that lead out of what was dropped, too. */
  takeLinks(batchId: string): Promise<void>
  /** Takes up no more and settles when what is under way has ended. */
  drain(): Promise<void>
  stop(): Promise<void>
}

const RELEASE_GROUP = 500

/** How long what a cancelled upload has on the NAS is kept, should that be taken back. */
const PART_KEPT_MS = 3600_000

export function createQueue({ context, projection, rest, ...parts }: QueueParts): Queue {
  const { catalog, holds } = context
  const { examine, match, prepare, transfer, sweep } = parts.lanes
  const lanes = Object.values(parts.lanes)
  const scans = new Map<string, { readonly controller: AbortController; readonly ended: Promise<void> }>()
  /** Batches whose walk, or whose end, a fault kept from being written down. */
  const broken = new Set<string>()
  let started = false

  const wake = (): void => {
    if (!started) return
    for (const lane of lanes) lane.wake()
    const free = holds.isHeld({ kind: 'local' })
      ? []
      : [...broken].filter((id) => !holds.isHeld({ kind: 'walk', batchId: id }))
    for (const id of free) {
      broken.delete(id)
      void goOn(id)
    }
  }

  const broke = (batchId: string, error: unknown): Promise<void> => {
    broken.add(batchId)
    return faultMet(context, 'batch', error, { keys: [{ kind: 'walk', batchId }] })
  }

  /** Walks on what was dropped, or ends the batch if its last item has ended. */
  const goOn = async (batchId: string): Promise<void> => {
    try {
      const batch = catalog.batches.get(batchId)
      if (batch !== null && catalog.batches.paths(batchId).length > 0) scan(batch)
      else await endBatch(batchId)
    } catch (error) {
      await broke(batchId, error)
    }
  }

  const liftShop = (shopId: string): void => {
    for (const key of holdKeysOfShop(shopId, catalog.shops.templates(shopId))) holds.lift(key)
    wake()
  }

  const scan = (batch: { id: string; shopId: string; templateId: string }): void => {
    const controller = new AbortController()
    const ended = acceptPaths({
      catalog,
      batch,
      newId: context.newId,
      signal: controller.signal,
      onAccepted(ids) {
        for (const id of ids) projection.itemChanged(id, batch.id)
        examine.wake()
      },
    })
      .then(() => endBatch(batch.id))
      .finally(() => scans.delete(batch.id))
      .catch((error) => broke(batch.id, error))
      .then(() => batchChanged(batch.id))
      // Files that could not be read ended without passing a lane.
      .then(wake)
    scans.set(batch.id, { controller, ended })
  }

  const stopScans = async (batchIds: readonly string[]): Promise<void> => {
    const stopped = batchIds.flatMap((id) => scans.get(id) ?? [])
    for (const { controller } of stopped) controller.abort()
    await Promise.all(stopped.map(({ ended }) => ended))
  }

  /** Walks no further; what was dropped and is not walked to its end. */
  const endScan = async (batchId: string): Promise<string[]> => {
    await stopScans([batchId])
    return catalog.write(() => {
      const paths = catalog.batches.paths(batchId)
      catalog.batches.endScan(batchId)
      return paths
    })
  }

  const batchChanged = (batchId: string): void => {
    projection.batchChanged(batchId)
    rest.check()
  }

  const endIfDone = (batchId: string): Promise<void> => endBatch(batchId).catch((error) => broke(batchId, error))

  /** A batch ends with its last item. */
  const endBatch = async (batchId: string): Promise<void> => {
    holds.lift({ kind: 'walk', batchId })
    if (catalog.items.isOpen(batchId)) return
    const ended = await catalog.write(() => {
      const state = catalog.batches.get(batchId)?.state
      if (state === undefined || state === 'ended' || catalog.batches.paths(batchId).length > 0) return false
      if (catalog.items.isOpen(batchId)) return false
      catalog.batches.setState(batchId, 'ended')
      return true
    })
    if (!ended) return
    context.log.info('batch ended', { batch: batchId, ...projection.batchView(batchId)?.counts })
    batchChanged(batchId)
  }

  const setState = async (batchId: string | null, paused: boolean): Promise<void> => {
    await catalog.write(() => {
      if (batchId === null) return catalog.settings.setPausedAll(paused)
      const state = catalog.batches.get(batchId)?.state
      if (state === undefined || state === 'ended' || (state === 'paused') === paused) return
      const isScanned = catalog.batches.paths(batchId).length === 0
      catalog.batches.setState(batchId, paused ? 'paused' : isScanned ? 'active' : 'scanning')
    })
    projection.allChanged()
    rest.check()
  }

  const stopSending = async (batchId: string | null): Promise<void> => {
    const open = catalog.batches.open().filter(({ id }) => batchId === null || id === batchId)
    const uploading = open.flatMap(({ id }) => catalog.items.inStage(id, 'uploading', [], Number.MAX_SAFE_INTEGER))
    await Promise.all(uploading.map(({ id }) => transfer.abort(id)))
  }

  const itemsOf = (batchId: string, itemIds: readonly string[] | undefined): Item[] => {
    const all = [...catalog.items.ofBatch(batchId)]
    return itemIds === undefined ? all : all.filter(({ id }) => itemIds.includes(id))
  }

  /** Some can move, and nothing holds them. */
  const isUnderWay = (items: readonly Item[]): boolean => {
    const open = items.filter(({ state }) => isActive(state.stage))
    return open.length > 0 && open.every((item) => holdOf(context, workOf(item)) === null)
  }

  const cancelOne = async (item: Item): Promise<string[]> => {
    context.cancelling.add(item.id)
    try {
      await Promise.all([examine.abort(item.id), prepare.abort(item.id), transfer.abort(item.id)])
      const moved = await catalog.write(() => {
        // With a rename promised the file may stand on the NAS already: it is too late, and the item goes on to done.
        if (catalog.items.intent(item.id) !== null) return null
        catalog.items.keepPart(item.id, context.clock.now() + PART_KEPT_MS)
        return applyInTransaction(context, item.id, { type: 'cancelled' })
      })
      if (moved !== null) announce(context, moved)
      // Its lane may have done it.
      return catalog.items.get(item.id)?.state.stage === 'cancelled' ? [item.id] : []
    } finally {
      context.cancelling.delete(item.id)
    }
  }

  /** Inside a write transaction. One that is stored has only its record to send again, as a new one. */
  const retryOne = (item: Item): Item | null =>
    applyInTransaction(context, item.id, { type: 'retried' }, ({ state }, before) => {
      const now = context.clock.now()
      if (before.state.stage === 'cancelled') catalog.items.dropStalePart(item.id, now)
      if (state.stage !== 'stored') return
      catalog.outbox.add(item.shopId, recordOf(catalog, item, state.examination, state.stored, now), now)
    })

  return {
    async accept({ paths, shopId, templateId, policy, priority = 'normal', followLinks = false }) {
      const shop = catalog.shops.shop(shopId)
      const template = catalog.shops.template(templateId)
      if (shop === null || template === null || template.shopId !== shopId) {
        return fail(failure('configuration', { says: 'no-template' }))
      }
      const createdAt = context.clock.now()
      const batch = {
        id: context.newId(),
        shopId,
        templateId,
        createdAt,
        policy,
        priority,
        state: 'scanning',
        ignoredCount: 0,
        linksOut: 0,
      } as const
      await catalog.write(() => catalog.batches.add(batch, paths, followLinks))
      context.log.info('batch begun', { batch: batch.id, shop: shopId, template: templateId, paths: paths.length })
      projection.batchChanged(batch.id)
      scan(batch)
      return ok({ batchId: batch.id })
    },
    async pause(batchId) {
      await setState(batchId, true)
      await stopSending(batchId)
    },
    async resume(batchId) {
      await setState(batchId, false)
      wake()
    },
    async prioritize(batchId, priority) {
      await catalog.write(() => catalog.batches.setPriority(batchId, priority))
      projection.batchChanged(batchId)
    },
    async cancel(batchId, itemIds) {
      const isPaused = catalog.batches.get(batchId)?.state === 'paused'
      const paths = itemIds === undefined ? await endScan(batchId) : []
      const cancelled = await Promise.all(
        itemsOf(batchId, itemIds)
          .filter(({ state }) => !isEnded(state.stage))
          .map(cancelOne),
      )
      await endIfDone(batchId)
      // What could not be cancelled any more goes on.
      wake()
      return { itemIds: cancelled.flat(), paths, isPaused }
    },
    async takeLinks(batchId) {
      if (!(await catalog.write(() => catalog.batches.takeLinks(batchId)))) return
      await goOn(batchId)
      batchChanged(batchId)
      wake()
    },
    async undoCancel({ batchId, itemIds, paths, isPaused }) {
      const items = itemsOf(batchId, itemIds).filter(({ state }) => state.stage === 'cancelled')
      const moved = await catalog.write(() => {
        catalog.batches.reopen(batchId, { paths, isPaused })
        return items.flatMap((item) => retryOne(item) ?? [])
      })
      for (const item of moved) announce(context, item)
      await goOn(batchId)
      batchChanged(batchId)
      wake()
    },
    async retry(batchId, itemIds) {
      const items = itemsOf(batchId, itemIds)
      const failed = items.filter(
        ({ state }) => state.stage === 'failed' && (itemIds !== undefined || mayHelp(state.failure)),
      )
      if (failed.length === 0 && isUnderWay(items)) return fail(failure('conflict'))
      const moved = await catalog.write(() => {
        const again = failed.flatMap((item) => retryOne(item) ?? [])
        // Who tries them again has seen them.
        if (again.length > 0) {
          catalog.batches.seeFailures(batchId)
          catalog.batches.reopen(batchId)
        }
        return again
      })
      for (const item of moved) announce(context, item)
      for (const key of holdKeysOfComputer()) holds.lift(key)
      holds.lift({ kind: 'walk', batchId })
      for (const { id } of items) holds.lift({ kind: 'item', itemId: id })
      liftShop(catalog.batches.get(batchId)?.shopId ?? '')
      return ok(null)
    },
    ...createDecisions(context, [prepare, transfer], parts),
    async start() {
      if (started) return
      const claimed = catalog.items.claimed()
      for (let at = 0; at < claimed.length; at += RELEASE_GROUP) {
        const group = claimed.slice(at, at + RELEASE_GROUP)
        await catalog.write(() => {
          for (const { id, state } of group) {
            // A record under way keeps its chunk and its idempotency key: it is sent again as it was.
            if (state.stage !== 'recording') applyInTransaction(context, id, { type: 'released' })
          }
        })
      }
      started = true
      const unfinished = catalog.batches.open().flatMap(({ id }) => projection.batchView(id) ?? [])
      const going = unfinished.filter(({ counts }) => counts.active > 0)
      const files = going.reduce((sum, { counts }) => sum + counts.active, 0)
      if (files > 0)
        projection.workRestored(
          going.map(({ id }) => id),
          files,
        )
      for (const { id } of catalog.batches.open()) await goOn(id)
      wake()
    },
    wake,
    liftShop,
    stageReached(stage, itemId) {
      if (!isSending(stage)) parts.files.remove(itemId)
      for (const lane of factsOf(stage).wakes ?? []) parts.lanes[lane].wake()
    },
    itemSettled(itemId, batchId) {
      holds.lift({ kind: 'item', itemId })
      match.settled(itemId)
      sweep.settled(itemId)
      prepare.wake()
      void endIfDone(batchId)
    },
    stopSending,
    async drain() {
      await Promise.all([stopScans([...scans.keys()]), ...lanes.map((lane) => lane.drain())])
    },
    async stop() {
      await stopScans([...scans.keys()])
      await Promise.all(lanes.map((lane) => lane.stop()))
    },
  }
}
