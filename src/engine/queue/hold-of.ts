import type { Batch } from '../../shared/domain/batch.ts'
import type { Hold, Item } from '../../shared/domain/item.ts'
import { isActive, type Stage } from '../../shared/domain/stages.ts'
import type { QueueContext } from './context.ts'
import { holdKeysAt, type Place } from './hold-keys.ts'

export type HoldContext = Pick<QueueContext, 'catalog' | 'holds' | 'speed'>

/** Why an item that could move does not; null when nothing holds it. */
export function holdOf(context: HoldContext, item: Item): Hold | null {
  return whyHeld(context, item.state.stage, item, () => context.holds.view(`item:${item.id}`))
}

/** Why nothing moves of a batch with items in these stages; null while something does, or nothing is left to move. */
export function batchHoldOf(context: HoldContext, batch: Batch, stages: readonly Stage[]): Hold | null {
  const place = { ...batch, batchId: batch.id }
  const held = stages
    .filter(isActive)
    .map((stage) => whyHeld(context, stage, place, () => aloneHold(context, batch.id, stage)))
  return held.includes(null) ? null : (held[0] ?? null)
}

/** Each item of the batch in this stage is held alone, and will be for a while. */
export function areAllHeldAlone(
  { catalog, holds }: Pick<HoldContext, 'catalog' | 'holds'>,
  batchId: string,
  stage: Stage,
) {
  const held = holds.settledItemIds()
  return held.length > 0 && catalog.items.inStage(batchId, stage, held, 1).length === 0
}

function aloneHold(context: HoldContext, batchId: string, stage: Stage): Hold | null {
  if (!areAllHeldAlone(context, batchId, stage)) return null
  const [first] = context.catalog.items.inStage(batchId, stage, [], 1)
  return first === undefined ? null : context.holds.view(`item:${first.id}`)
}

function whyHeld(
  { catalog, holds, speed }: HoldContext,
  stage: Stage,
  place: Place & Pick<Item, 'batchId'>,
  own: () => Hold | null,
): Hold | null {
  const local = isActive(stage) ? holds.view('local') : null
  if (local !== null) return local
  const keys = holdKeysAt(stage, place)
  if (keys.length === 0) return null
  // Records go to the backend in a pause too.
  if (stage !== 'stored' && stage !== 'recording') {
    const isPaused = catalog.settings.isPausedAll() || catalog.batches.get(place.batchId)?.state === 'paused'
    if (isPaused) return { kind: 'paused' }
    if (stage === 'waiting' && speed.now.bytesPerSecond === 0) return { kind: 'scheduled', until: speed.now.until }
  }
  const [shared] = keys.flatMap((key) => holds.view(key) ?? [])
  return own() ?? shared ?? null
}
