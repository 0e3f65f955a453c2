import type { Batch } from '../../shared/domain/batch.ts'
import type { Item } from '../../shared/domain/item.ts'
import { factsOf, isActive, isToSend, type Stage } from '../../shared/domain/stages.ts'
import { type BlockingContext, isStuck, sweepBlockedBy, workOf, workOfBatch } from '../items/blocking.ts'
import type { QueueContext } from '../items/context.ts'
import { PREPARED_AHEAD } from './prepared-files.ts'

/** Changes come in bursts; rest is looked for once they pause. */
const SETTLE_MS = 50

/** Tells when nothing more can move by itself. */
export interface Rest {
  /** Settles when each of the batches has ended, is paused, or waits for a person, the NAS or the backend. All open
   *  batches when none are named. */
  until(batchIds: readonly string[] | undefined, signal: AbortSignal): Promise<void>
  /** Settles when the backend has all that it is to be told of the shop, or will not have it in a moment. */
  untilTold(shopId: string, signal: AbortSignal): Promise<void>
  /** Something changed. */
  check(): void
  dispose(): void
}

export type RestContext = BlockingContext & Pick<QueueContext, 'waitingFor' | 'clock'>

export function createRest(context: RestContext): Rest {
  const { catalog, holds, waitingFor, clock } = context
  const waiters = new Set<{ readonly isOver: () => boolean; readonly settle: () => void }>()
  let timer: NodeJS.Timeout | undefined

  const isAtRest = (batchId: string): boolean => {
    const batch = catalog.batches.get(batchId)
    if (batch === null) return true
    if (isLeavingParts(batch) || isTelling(batch)) return false
    if (batch.state === 'ended') return true
    if (batch.state === 'scanning') return holds.isSettled({ kind: 'walk', batchId })
    // Nothing is left of it but to write down that it ended.
    if (!catalog.items.isOpen(batchId)) return false
    const counts = new Map(catalog.items.counts(batchId).map(({ stage, count }) => [stage, count]))
    return [...counts.keys()].filter(isActive).every((stage) => isStill(stage, batch, counts.get('waiting') ?? 0))
  }

  /** No item of the batch in this stage will move in a moment. */
  const isStill = (stage: Stage, batch: Batch, waiting: number): boolean => {
    if (factsOf(stage).needs === undefined) return false
    if (isStuck(context, workOfBatch(stage, batch))) return true
    if (stage === 'ready') return waiting >= PREPARED_AHEAD
    if (stage !== 'matching') return false
    return catalog.items.inStage(batch.id, stage, [], Number.MAX_SAFE_INTEGER).every(isStuckTwin)
  }

  /** Temporary files on the NAS are about to be removed. */
  const isLeavingParts = ({ id, shopId }: Batch): boolean =>
    catalog.items.isUnswept(id, clock.now()) && !sweepBlockedBy(shopId).some(holds.isSettled)

  /** Records or decisions are about to go to the backend. */
  const isTelling = ({ shopId }: Pick<Batch, 'shopId'>): boolean =>
    catalog.outbox.countOf(shopId) > 0 && !holds.isSettled({ kind: 'backend', shopId })

  /** A twin waits for the fate of one, maybe of another batch, that waits for the NAS or is paused itself. */
  const isStuckTwin = ({ id }: Item): boolean => {
    if (holds.settledItemIds().includes(id)) return true
    const first = catalog.items.get(waitingFor.get(id) ?? '')
    if (first === null || !isToSend(first.state.stage)) return false
    const work = workOf(first)
    return isStuck(context, work) || isStuck(context, { ...work, stage: 'waiting' })
  }

  const look = (): void => {
    timer = undefined
    try {
      for (const waiter of waiters) {
        if (waiter.isOver()) waiter.settle()
      }
    } catch (error) {
      // What the catalog waits for is told; then it is looked again.
      if (catalog.met(error) === null) throw error
    }
  }
  const check = (): void => {
    if (waiters.size > 0) timer ??= setTimeout(look, SETTLE_MS)
  }

  const wait = async (isOver: () => boolean, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return
    const { promise, resolve: settle } = Promise.withResolvers<void>()
    const waiter = { isOver, settle }
    signal.addEventListener('abort', () => settle(), { once: true })
    waiters.add(waiter)
    check()
    await promise
    waiters.delete(waiter)
  }

  return {
    until: (batchIds, signal) =>
      wait(() => (batchIds ?? catalog.batches.open().map(({ id }) => id)).every(isAtRest), signal),
    untilTold: (shopId, signal) => wait(() => !isTelling({ shopId }), signal),
    check,
    dispose: () => clearTimeout(timer),
  }
}
