import type { BatchView } from '../../shared/domain/batch.ts'
import { type EngineState, statusOf, type WorkStatus } from '../../shared/domain/work-status.ts'
import { EMPTY_STATUS, type EngineDelta, type EngineStatus } from '../../shared/ipc/engine.ts'

/** What main knows of the engine's work: enough for the tray, the taskbar and notices; no items. */
export interface Summary {
  readonly engine: EngineState
  readonly status: Omit<EngineStatus, 'batches'>
  /** Newest first. */
  readonly batches: readonly BatchView[]
  /** What it all comes to. */
  readonly work: WorkStatus
}

export const EMPTY_SUMMARY: Summary = summaryOf({ engine: { state: 'starting' }, status: EMPTY_STATUS, batches: [] })

/** The summary after a delta. */
export function applyDelta({ engine, batches }: Summary, delta: EngineDelta): Summary {
  const gone = new Set([...delta.removedBatchIds, ...delta.batches.map(({ id }) => id)])
  const kept = delta.full ? [] : batches.filter(({ id }) => !gone.has(id))
  return summaryOf({
    engine,
    status: delta.status,
    batches: [...kept, ...delta.batches].sort((a, b) => b.createdAt - a.createdAt),
  })
}

/** The summary after the engine process changed its state. */
export function applyEngineState({ status, batches }: Summary, engine: EngineState): Summary {
  return summaryOf({ engine, status, batches })
}

function summaryOf(facts: Omit<Summary, 'work'>): Summary {
  return { ...facts, work: statusOf(facts) }
}

/** The name of a shop, where there are batches of several; null where it goes without saying. */
export function shopNameAmong(batches: readonly BatchView[], shopId: string): string | null {
  const isAlone = batches.every((batch) => batch.shopId === shopId)
  return isAlone ? null : (batches.find((batch) => batch.shopId === shopId)?.shopName ?? null)
}
