import { engineInputs } from '../../shared/ipc/engine.ts'
import type { Deed } from './undo-slice.ts'

const KEY = 'galley.deeds'

/** What was done in earlier runs of the window and can be taken back, the latest last; none of what cannot be read. */
export function readDeeds(storage: Pick<Storage, 'getItem'>): readonly Deed[] {
  const kept = parsed(storage.getItem(KEY) ?? '[]')
  return Array.isArray(kept) ? kept.flatMap((one) => deedOf(one) ?? []) : []
}

/** Keeps them for the next run; the oldest are left out where there is no room for all. */
export function keepDeeds(storage: Pick<Storage, 'setItem'>, deeds: readonly Deed[]): void {
  for (let from = 0; from <= deeds.length; from++)
    try {
      storage.setItem(KEY, JSON.stringify(deeds.slice(from)))
      return
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
    }
}

/** As what it takes to take it back is asked for. */
function deedOf(kept: unknown): Deed | null {
  if (typeof kept !== 'object' || kept === null || !('kind' in kept)) return null
  switch (kept.kind) {
    case 'decided': {
      const asked = engineInputs.undoDecisions.safeParse(kept)
      return asked.success ? { kind: 'decided', itemIds: asked.data.itemIds } : null
    }
    case 'cleared': {
      const asked = engineInputs.undoClear.safeParse(kept)
      return asked.success ? { kind: 'cleared', batchIds: asked.data.batchIds } : null
    }
    case 'cancelled': {
      const parts = 'parts' in kept && Array.isArray(kept.parts) ? kept.parts : []
      const asked = parts.flatMap((part) => {
        const { data } = engineInputs.undoCancel.safeParse(part)
        return data?.itemIds === undefined ? [] : [{ ...data, itemIds: data.itemIds }]
      })
      return asked.length === 0 ? null : { kind: 'cancelled', parts: asked }
    }
    default:
      return null
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
