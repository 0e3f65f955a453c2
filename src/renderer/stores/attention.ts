import type { BatchView } from '../../shared/domain/batch.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { HeldKind } from '../../shared/domain/failure-rule.ts'
import { isActive } from '../../shared/domain/stages.ts'
import type { Projection } from './projection.ts'

/** Something outside Galley holds files back. A person must hear of it; a pause and a timetable were their own wish, and a
 *  retry comes by itself. */
export interface Attention {
  readonly kind: HeldKind
  /** Files that wait for the reason in `failure`, the one that most of them wait for. */
  readonly count: number
  readonly failure: Failure
  /** Files that wait in the same way, for another reason: another folder that refuses them, another shop's NAS. */
  readonly others: number
  /** The first shop that is held so. */
  readonly shopId: string
}

interface Reason {
  count: number
  readonly failure: Failure
  readonly shopId: string
}

/** The most pressing first: what only a person can mend stands before what mends itself. */
const ORDER: readonly HeldKind[] = ['host-key', 'needs-sign-in', 'nas-setup', 'nas-full', 'local', 'backend', 'offline']

/** What holds files back, each once with the number of files; `before` is returned when nothing changed. */
export function attentionOf(projection: Projection, before: readonly Attention[]): readonly Attention[] {
  const held = new Map<HeldKind, Reason[]>()
  for (const batch of projection.batches.filter(isMoving))
    for (const id of projection.itemIds.get(batch.id) ?? []) {
      const hold = projection.items.get(id)?.hold
      if (hold == null || !('failure' in hold) || hold.kind === 'retry-at') continue
      const reasons = held.get(hold.kind) ?? []
      const seen = reasons.find(({ failure }) => isSameReason(failure, hold.failure))
      if (seen === undefined) reasons.push({ count: 1, failure: hold.failure, shopId: batch.shopId })
      else seen.count++
      held.set(hold.kind, reasons)
    }
  const now = ORDER.flatMap((kind) => {
    const reasons = held.get(kind) ?? []
    const [most] = reasons.toSorted((a, b) => b.count - a.count)
    const total = reasons.reduce((sum, { count }) => sum + count, 0)
    return most === undefined ? [] : [{ kind, ...most, others: total - most.count }]
  })
  const same = now.length === before.length && now.every((one, index) => isSame(one, before[index]))
  return same ? before : now
}

/** Is there nothing in the batch that moves by itself? No estimate can be made then. */
export function isAllHeld({ items, itemIds }: Projection, batchId: string): boolean {
  const ids = itemIds.get(batchId) ?? []
  return !ids.some((id) => {
    const item = items.get(id)
    return item !== undefined && item.hold === null && isActive(item.stage)
  })
}

function isMoving({ state }: BatchView): boolean {
  return state !== 'ended'
}

function isSame(a: Attention, b: Attention | undefined): boolean {
  if (b === undefined || a.kind !== b.kind || a.count !== b.count || a.others !== b.others) return false
  return a.shopId === b.shopId && isSameReason(a.failure, b.failure)
}

/** Its particulars are shown where a NAS asks in its own words. */
function isSameReason(a: Failure, b: Failure): boolean {
  return a.code === b.code && (a.code !== 'code-wanted' || a.detail === b.detail)
}
