import type { Batch } from '../../shared/domain/batch.ts'
import { type HoldKey, holdKeyAt, type Place } from '../../shared/domain/hold-key.ts'
import type { Hold, Item } from '../../shared/domain/item.ts'
import { factsOf, isActive, type Need, type Stage } from '../../shared/domain/stages.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { Library } from '../records/library.ts'
import type { Holds } from './holds.ts'
import type { SpeedLimiter } from './speed-limiter.ts'

export interface BlockingContext {
  readonly catalog: Catalog
  readonly holds: Holds
  readonly speed: Pick<SpeedLimiter, 'now'>
  readonly library: Pick<Library, 'isBehind' | 'isReading'>
}

/** The work of a stage: one item's, or that of all items of a batch that are in it. */
export interface StageWork extends Place {
  readonly stage: Stage
  readonly batchId: string
  readonly itemId: string | null
}

/** Of an item, as of the stage that it is in. */
export function workOf({ id, batchId, shopId, templateId, state }: Item): StageWork & { readonly itemId: string } {
  return { stage: state.stage, batchId, shopId, templateId, itemId: id }
}

/** Of all items of the batch in that stage. */
export function workOfBatch(stage: Stage, batch: Pick<Batch, 'id' | 'shopId' | 'templateId'>): StageWork {
  const { id, shopId, templateId } = batch
  return { stage, batchId: id, shopId, templateId, itemId: null }
}

/** What may hold the item's work in that stage, in order of reason. */
export function blockedBy(stage: Stage, item: Place & Pick<Item, 'id'>): readonly HoldKey[] {
  return needsOf(stage).flatMap((need) => {
    if (isUnheld(need)) return []
    return need === 'item' ? { kind: need, itemId: item.id } : holdKeyAt(need, item)
  })
}

/** What may hold the removal of temporary files from the shop's NAS. */
export function sweepBlockedBy(shopId: string): readonly HoldKey[] {
  return [
    { kind: 'nas', shopId },
    { kind: 'sweep', shopId },
  ]
}

/** No lane may take it up now. Which items have to wait for their own turn is not asked of a batch. */
export function isBlocked(context: BlockingContext, work: StageWork): boolean {
  return (
    context.holds.isHeld({ kind: 'local' }) || needsOf(work.stage).some((need) => lookAt(context, need, work).blocks())
  )
}

/** Why it does not move; null when nothing holds it. */
export function holdOf(context: BlockingContext, work: StageWork): Hold | null {
  if (!isActive(work.stage)) return null
  let reason = context.holds.view({ kind: 'local' })
  for (const need of needsOf(work.stage)) reason ??= lookAt(context, need, work).reason()
  return reason
}

/** What the work was held for until it was taken up, and has not been done since: it is only being tried again. */
export function triedAgainFor({ holds }: Pick<BlockingContext, 'holds'>, work: StageWork): Hold | null {
  for (const need of needsOf(work.stage)) {
    if (isUnheld(need) || need === 'item') continue
    const reason = holds.view(holdKeyAt(need, work))
    if (reason !== null) return reason
  }
  return null
}

/** What it needs will not be there in a moment: nobody should wait for it. */
export function isStuck(context: BlockingContext, work: StageWork): boolean {
  const { holds } = context
  return (
    holds.isSettled({ kind: 'local' }) || needsOf(work.stage).some((need) => lookAt(context, need, work).isSettled())
  )
}

/** It is no failure that has to be waited for. */
function isUnheld(need: Need): need is 'pause' | 'timetable' | 'library' {
  return need === 'pause' || need === 'timetable' || need === 'library'
}

function needsOf(stage: Stage): readonly Need[] {
  return factsOf(stage).needs ?? []
}

/** One thing that work may have to wait for, as it is now. */
interface Obstacle {
  blocks(): boolean
  reason(): Hold | null
  isSettled(): boolean
}

function lookAt({ catalog, holds, speed, library }: BlockingContext, need: Need, work: StageWork): Obstacle {
  switch (need) {
    case 'pause': {
      const isPaused = (): boolean =>
        catalog.settings.isPausedAll() || catalog.batches.get(work.batchId)?.state === 'paused'
      return { blocks: isPaused, reason: () => (isPaused() ? { kind: 'paused' } : null), isSettled: isPaused }
    }
    case 'timetable': {
      const { bytesPerSecond, until } = speed.now
      const isShut = (): boolean => bytesPerSecond === 0
      // Its end comes by itself.
      return { blocks: isShut, reason: () => (isShut() ? { kind: 'scheduled', until } : null), isSettled: () => false }
    }
    case 'library': {
      const isBehind = (): boolean => library.isBehind(work.shopId, work.templateId)
      const isShown = (): boolean => library.isReading(work.shopId) && isBehind()
      // It ends by itself: when it is read, or when nobody answers.
      return { blocks: isBehind, reason: () => (isShown() ? { kind: 'library' } : null), isSettled: () => false }
    }
    case 'item':
      return work.itemId === null ? allAlone({ catalog, holds }, work) : ownTurn(holds, work.itemId)
    default: {
      const key = holdKeyAt(need, work)
      // Until it has been read, with or without trouble.
      const isDue = (): boolean => need === 'catch-up' && catalog.found.due(work.shopId).length > 0
      return {
        blocks: () => holds.isHeld(key) || isDue(),
        reason: () => holds.view(key),
        isSettled: () => holds.isSettled(key),
      }
    }
  }
}

/** However often it was tried: another try comes by itself, unless it waits for a person. */
function ownTurn(holds: Holds, itemId: string): Obstacle {
  const key: HoldKey = { kind: 'item', itemId }
  return {
    blocks: () => holds.isHeld(key),
    reason: () => holds.view(key),
    isSettled: () => holds.settledItemIds().includes(itemId),
  }
}

/** Each item of the batch in this stage is held alone, and will be for a while. */
function allAlone({ catalog, holds }: Pick<BlockingContext, 'catalog' | 'holds'>, work: StageWork): Obstacle {
  const areAllHeld = (): boolean => {
    const held = holds.settledItemIds()
    return held.length > 0 && catalog.items.inStage(work.batchId, work.stage, held, 1).length === 0
  }
  return {
    blocks: () => false,
    reason() {
      const [first] = areAllHeld() ? catalog.items.inStage(work.batchId, work.stage, [], 1) : []
      return first === undefined ? null : holds.view({ kind: 'item', itemId: first.id })
    },
    isSettled: areAllHeld,
  }
}
