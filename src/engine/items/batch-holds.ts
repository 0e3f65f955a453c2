import type { Batch, BatchView, HeldFiles } from '../../shared/domain/batch.ts'
import type { Hold } from '../../shared/domain/item.ts'
import { factsOf, isActive, type Stage, stagesWhere } from '../../shared/domain/stages.ts'
import { type BlockingContext, holdOf, triedAgainFor, workOfBatch } from './blocking.ts'
import type { QueueContext } from './context.ts'

export type BatchHoldsContext = BlockingContext & Pick<QueueContext, 'live' | 'waitingFor'>

interface Group {
  readonly stage: Stage
  readonly files: number
  readonly hold: Hold | null
}

/** Those nearest to the NAS first; what stands on it has only its record to come. */
const BY_DISTANCE = [
  ...stagesWhere(({ phase }) => phase !== 'stored').toReversed(),
  ...stagesWhere(({ phase }) => phase === 'stored'),
]

/** Why nothing of a batch gets on, and what its files wait for. */
export function batchHolds(
  context: BatchHoldsContext,
  batch: Batch,
  counts: readonly { readonly stage: Stage; readonly count: number }[],
): Pick<BatchView, 'hold' | 'held'> {
  const active = counts
    .filter(({ stage }) => isActive(stage))
    .toSorted((a, b) => BY_DISTANCE.indexOf(a.stage) - BY_DISTANCE.indexOf(b.stage))
  const groups = active.map(({ stage, count: files }) => ({ stage, files, hold: whyStill(context, batch, stage) }))
  return { hold: context.holds.view({ kind: 'walk', batchId: batch.id }) ?? nearest(groups), held: heldFiles(groups) }
}

/** What holds a file alone. */
const ALONE: ReadonlySet<Hold['kind'] | undefined> = new Set(['retry-at', 'twin', 'elsewhere'])

/** The reason of the first that are held for more than themselves, unless something stands before them that moves. */
function nearest(groups: readonly Group[]): Hold | null {
  const places = Map.groupBy(groups, ({ stage }) => factsOf(stage).releasedTo ?? stage)
  let alone: Hold | null = null
  for (const place of places.values()) {
    const [first] = place
    if (first === undefined || place.some(({ hold }) => hold === null)) return null
    if (!ALONE.has(first.hold?.kind)) return first.hold
    alone ??= first.hold
  }
  return alone
}

function whyStill(context: BatchHoldsContext, batch: Batch, stage: Stage): Hold | null {
  const { releasedTo } = factsOf(stage)
  if (releasedTo !== undefined) {
    const again = triedAgainFor(context, workOfBatch(releasedTo, batch))
    return again?.kind === 'offline' && hasMoved(context, batch) ? null : again
  }
  return holdOf(context, workOfBatch(stage, batch)) ?? (areTwins(context, batch, stage) ? { kind: 'twin' } : null)
}

/** What the NAS takes shows that it is there again, long before the first file is stored. */
function hasMoved({ live }: BatchHoldsContext, { id }: Batch): boolean {
  return [...live.values()].some(({ batchId, movedBytes }) => batchId === id && movedBytes > 0)
}

function areTwins({ catalog, waitingFor }: BatchHoldsContext, { id }: Batch, stage: Stage): boolean {
  if (stage !== 'matching' || waitingFor.size === 0) return false
  return catalog.items.inStage(id, stage, [...waitingFor.keys()], 1).length === 0
}

function heldFiles(groups: readonly Group[]): readonly HeldFiles[] {
  const held = new Map<string, HeldFiles>()
  for (const { hold, files } of groups) {
    if (hold === null) continue
    const key = JSON.stringify(hold)
    held.set(key, { hold, files: files + (held.get(key)?.files ?? 0) })
  }
  return [...held.values()]
}
