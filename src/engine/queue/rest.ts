import type { Batch } from '../../shared/domain/batch.ts'
import type { Item } from '../../shared/domain/item.ts'
import { isToSend, type Stage } from '../../shared/domain/stages.ts'
import type { QueueContext } from './context.ts'
import { holdKeysAt, type Place } from './hold-keys.ts'
import { areAllHeldAlone } from './hold-of.ts'
import { PREPARED_AHEAD } from './prepared-files.ts'

/** Changes come in bursts; rest is looked for once they pause. */
const SETTLE_MS = 50

/** Tells when nothing more can move by itself. */
export interface Rest {
  /** Settles when each of the batches has ended, is paused, or waits for a person, the NAS or the backend. All open
   *  batches when none are named. */
  until(batchIds: readonly string[] | undefined, signal: AbortSignal): Promise<void>
  /** Something changed. */
  check(): void
  dispose(): void
}

export type RestContext = Pick<QueueContext, 'catalog' | 'holds' | 'waitingFor'>

export function createRest({ catalog, holds, waitingFor }: RestContext): Rest {
  const waiters = new Set<{ batchIds: readonly string[] | undefined; settle: () => void }>()
  let timer: NodeJS.Timeout | undefined

  const isAtRest = (batchId: string): boolean => {
    const batch = catalog.batches.get(batchId)
    if (batch === null) return true
    if (isLeavingParts(batch) || isTelling(batch)) return false
    if (batch.state === 'ended') return true
    if (batch.state === 'scanning') return false
    // Nothing is left of it but to write down that it ended.
    if (!catalog.items.isOpen(batchId)) return false
    const counts = new Map(catalog.items.counts(batchId).map(({ stage, count }) => [stage, count]))
    const has = (...stages: Stage[]): boolean => stages.some((stage) => (counts.get(stage) ?? 0) > 0)
    if (has('inspecting', 'preparing', 'uploading')) return false
    if (holds.isSettled('local')) return true
    if (has('stored', 'recording') && !isStuck('stored', batch)) return false
    if (isPaused(batchId)) return true
    if (has('accepted') && !isStuck('accepted', batch)) return false
    const hasRoom = (counts.get('waiting') ?? 0) < PREPARED_AHEAD
    if (has('ready') && hasRoom && !isStuck('ready', batch)) return false
    if (has('waiting') && !isStuck('waiting', batch) && !areAllHeldAlone({ catalog, holds }, batchId, 'waiting'))
      return false
    if (has('matching') && isStuck('matching', batch)) return true
    return catalog.items.inStage(batchId, 'matching', [], Number.MAX_SAFE_INTEGER).every(isStuckTwin)
  }

  /** What the work of that stage needs will not be there in a moment. */
  const isStuck = (stage: Stage, place: Place): boolean => holdKeysAt(stage, place).some(holds.isSettled)

  /** Temporary files on the NAS are about to be removed. */
  const isLeavingParts = ({ id, shopId }: Batch): boolean =>
    catalog.items.isUnswept(id) && !holds.isSettled(`nas:${shopId}`) && !holds.isSettled(`sweep:${shopId}`)

  /** Records or decisions are about to go to the backend. */
  const isTelling = ({ shopId }: Batch): boolean =>
    catalog.outbox.countOf(shopId) > 0 && !holds.isSettled(`backend:${shopId}`)

  const isPaused = (batchId: string): boolean =>
    catalog.settings.isPausedAll() || catalog.batches.get(batchId)?.state === 'paused'

  /** A twin waits for the fate of one, maybe of another batch, that waits for the NAS or is paused itself. */
  const isStuckTwin = ({ id }: Item): boolean => {
    const first = catalog.items.get(waitingFor.get(id) ?? '')
    if (first === null || !isToSend(first.state.stage)) return false
    if (isPaused(first.batchId) || holds.settledItemIds().includes(first.id)) return true
    return isStuck(first.state.stage, first) || isStuck('waiting', first)
  }

  const look = (): void => {
    timer = undefined
    for (const waiter of waiters) {
      const batchIds = waiter.batchIds ?? catalog.batches.open().map(({ id }) => id)
      if (batchIds.every(isAtRest)) waiter.settle()
    }
  }
  const check = (): void => {
    if (waiters.size > 0) timer ??= setTimeout(look, SETTLE_MS)
  }

  return {
    until: (batchIds, signal) =>
      new Promise((resolve) => {
        const waiter = {
          batchIds,
          settle() {
            waiters.delete(waiter)
            signal.removeEventListener('abort', waiter.settle)
            resolve()
          },
        }
        if (signal.aborted) return resolve()
        signal.addEventListener('abort', waiter.settle, { once: true })
        waiters.add(waiter)
        check()
      }),
    check,
    dispose: () => clearTimeout(timer),
  }
}
