import { type Batch, type ItemView, PRIORITIES } from '../../shared/domain/batch.ts'
import { isToBeSeen } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { factsOf, isActive, isEnded, type Stage } from '../../shared/domain/stages.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { Clock, Log } from '../ports.ts'
import type { Library } from '../records/library.ts'
import { blockedBy, isBlocked, workOfBatch } from './blocking.ts'
import type { Durations } from './durations.ts'
import type { Holds } from './holds.ts'
import { withNumber, withoutIdleNumber } from './reserved-number.ts'
import type { SpeedLimiter } from './speed-limiter.ts'
import { type ItemEvent, transition } from './transition.ts'

/** What is known of an item only while a worker has it; gone with the process. */
export interface LiveItem {
  readonly batchId: string
  /** In proportion: all of the dropped file when all that is sent in its place was. */
  sentBytes: number
  /** That this attempt moved over the line, either way. */
  movedBytes: number
  /** A stage that is shown but not persisted: it ends with the claim. */
  stage: ItemView['stage'] | null
}

/** What the lanes of the queue share. */
export interface QueueContext {
  readonly catalog: Catalog
  readonly holds: Holds
  readonly speed: Pick<SpeedLimiter, 'now' | 'timetable'>
  readonly library: Library
  readonly live: Map<string, LiveItem>
  /** Bytes since the engine started: that the NAS acknowledged, and that were read back from it to be compared. */
  readonly traffic: { ackedBytes: number; verifiedBytes: number }
  readonly durations: Durations
  /** Items that a person cancels at this moment: no lane takes them up again. */
  readonly cancelling: Set<string>
  /** Items whose decision a person takes back at this moment: nor these. */
  readonly undoing: Set<string>
  /** Item in `matching` → the design on its way to the NAS whose fate decides about it. */
  readonly waitingFor: Map<string, string>
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Log
  /** An item, or what is shown of it, changed. */
  readonly itemChanged: (itemId: string, batchId: string) => void
  /** An item came to a stage: the lane that works there may take it up. */
  readonly stageReached: (stage: Stage, itemId: string) => void
  /** An item ended, has a file on the NAS or is in review: who waited for it may go on. */
  readonly itemSettled: (itemId: string, batchId: string) => void
  /** Something is to be told to the backend, or was. */
  readonly outboxChanged: () => void
}

/** Moves an item in the catalog; `also` runs in the same transaction. Null when the event came too late for the stage
 *  the item is in: nothing changed then. */
export async function applyEvent(
  context: QueueContext,
  itemId: string,
  event: ItemEvent,
  also?: (moved: Item, before: Item) => void,
): Promise<Item | null> {
  const moved = await context.catalog.write(() => applyInTransaction(context, itemId, event, also))
  if (moved === null) return null
  announce(context, moved)
  return moved
}

/** The part of `applyEvent` that runs inside a write transaction; `announce` afterwards. */
export function applyInTransaction(
  { catalog }: Pick<QueueContext, 'catalog'>,
  itemId: string,
  event: ItemEvent,
  also?: (moved: Item, before: Item) => void,
): Item | null {
  const item = catalog.items.get(itemId)
  const next = item === null ? null : transition(item, event)
  if (item === null || next === null) return null
  const moved = withNumber(catalog, next)
  catalog.items.save(moved)
  if (moved.state.stage === 'failed' && isToBeSeen(moved.state.failure)) catalog.batches.noteFailure(moved.batchId)
  also?.(moved, item)
  if (!isOnItsWay(moved.state.stage)) catalog.designs.removePending(moved.id)
  return withoutIdleNumber(catalog, moved)
}

/** Tells those who watch and those who wait. */
export function announce(context: QueueContext, moved: Item): void {
  context.itemChanged(moved.id, moved.batchId)
  context.stageReached(moved.state.stage, moved.id)
  const { stage } = moved.state
  if (isEnded(stage) || stage === 'stored' || stage === 'review') context.itemSettled(moved.id, moved.batchId)
}

/** An item that ended without a file on the NAS, or waits for a person, is nobody's twin any more. */
function isOnItsWay(stage: Stage): boolean {
  return stage === 'done' || isActive(stage)
}

/** What of a stage's work a lane wants, where that is not all it can have. */
export interface Wish extends Pick<Shares, 'weightOf'> {
  /** Of a batch, at most. */
  limitOf?(batchId: string): number
  /** Position from which on nothing of the batch is wanted. */
  beforeOf?(batchId: string): number
}

/** Items of the stage that nothing keeps from being taken up, as many as there is room for, in turns. */
export function claimable(context: QueueContext, stage: Stage, room: number, wish: Wish = {}): Item[] {
  const { holds, cancelling, undoing, waitingFor } = context
  const { items } = context.catalog
  const { limitOf = () => room, beforeOf = () => Number.POSITIVE_INFINITY, ...weight } = wish
  const held = [...holds.heldItemIds(), ...cancelling, ...undoing, ...waitingFor.keys()]
  const { claimedTo } = factsOf(stage)
  return takeTurns(context, room, {
    waiting(batch) {
      if (isBlocked(context, workOfBatch(stage, batch))) return []
      const before = beforeOf(batch.id)
      const limit = Math.max(0, Math.min(room, limitOf(batch.id)))
      return items.inStage(batch.id, stage, held, limit).filter(({ seq }) => seq < before)
    },
    underWay: (id) => (claimedTo === undefined ? [] : items.inStage(id, claimedTo, [], Number.MAX_SAFE_INTEGER)),
    ...weight,
  })
}

/** The work of that stage was done for the item: whatever it may have had to wait for is there. */
export function worked({ holds }: Pick<QueueContext, 'holds'>, stage: Stage, item: Item): void {
  for (const key of blockedBy(stage, item)) holds.worked(key)
}

/** What a lane shares out among the batches. */
export interface Shares {
  /** What it may take up of a batch, in order. */
  waiting(batch: Pick<Batch, 'id' | 'shopId' | 'templateId'>): readonly Item[]
  /** What it has in hand of a batch: the room that comes free goes to those that have less. */
  underWay(batchId: string): readonly Item[]
  /** How much of the room an item takes; by default all take the same. */
  weightOf?(item: Item): number
}

/** The work of every open batch: high before normal before low, whatever waits, and batches of one
 *  priority in turns, so that each comes to an equal share of what is under way. */
export function takeTurns({ catalog }: Pick<QueueContext, 'catalog'>, room: number, shares: Shares): Item[] {
  const open = catalog.batches.open()
  const taken: Item[] = []
  for (const priority of PRIORITIES) {
    if (taken.length >= room) break
    const turns = open.filter((batch) => batch.priority === priority).flatMap((batch) => turnsOf(batch, shares))
    // Of two that have as much, the older batch comes first.
    taken.push(...turns.sort((a, b) => a.loadBefore - b.loadBefore).map(({ item }) => item))
  }
  return taken.slice(0, room)
}

/** Each item that waits, and what its batch has in hand when its turn comes. */
function turnsOf(batch: Batch, { waiting, underWay, weightOf = () => 1 }: Shares) {
  const items = waiting(batch)
  let load = items.length === 0 ? 0 : underWay(batch.id).reduce((sum, item) => sum + weightOf(item), 0)
  return items.map((item) => {
    const loadBefore = load
    load += weightOf(item)
    return { item, loadBefore }
  })
}
