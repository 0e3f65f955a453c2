import type { BatchView, ItemView } from '../../shared/domain/batch.ts'
import { isToBeSeen } from '../../shared/domain/failure.ts'
import { isInHand } from '../../shared/domain/stages.ts'
import type { Projection } from './projection.ts'

/** The order of a batch's files in the list, as it was when nobody had a hand on them. */
export interface RowOrder {
  /** Ids of those that stand before the others: what is worked on, then what needs a person. */
  readonly leading: readonly string[]
  /** Those that keep their place, counted from the batch's first row, the topmost first. */
  readonly pinned: readonly Pin[]
}

export interface Pin {
  readonly id: string
  readonly place: number
}

/** It failed, as it is none of what Galley takes. */
export function isNoPicture(item: Pick<ItemView, 'stage' | 'failure'> | undefined): boolean {
  return item?.stage === 'failed' && item.failure !== null && !isToBeSeen(item.failure)
}

/** Which files of the batch stand first now. */
export function leadingIds({ id: batchId }: BatchView, { itemIds, items }: Projection): readonly string[] {
  const worked: string[] = []
  const needy: string[] = []
  for (const id of itemIds.get(batchId) ?? []) {
    const item = items.get(id)
    if (item === undefined) continue
    if (isWorkedOn(item)) worked.push(id)
    else if (item.stage === 'review' || (item.stage === 'failed' && !isNoPicture(item))) needy.push(id)
  }
  return [...worked, ...needy]
}

/** The ids in that order; those that do not lead as they were. */
export function inOrder(ids: readonly string[], order: RowOrder | undefined): readonly string[] {
  if (order === undefined || order.leading.length + order.pinned.length === 0) return ids
  const apart = new Set([...order.leading, ...order.pinned.map(({ id }) => id)])
  const here = new Set<string>()
  const rest: string[] = []
  for (const id of ids)
    if (apart.has(id)) here.add(id)
    else rest.push(id)
  const pinned = order.pinned.filter(({ id }) => here.has(id))
  for (const { id } of pinned) here.delete(id)
  const arranged = [...order.leading.filter((id) => here.has(id)), ...rest]
  for (const { id, place } of pinned) arranged.splice(place, 0, id)
  return arranged
}

export function isSameOrder(a: RowOrder | undefined, b: RowOrder | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    isSame(a.leading, b.leading, (one, other) => one === other) &&
    isSame(a.pinned, b.pinned, (one, other) => one.id === other.id && one.place === other.place)
  )
}

function isWorkedOn({ stage, hold }: ItemView): boolean {
  return hold === null && isInHand(stage)
}

function isSame<T>(a: readonly T[], b: readonly T[], isEqual: (one: T, other: T) => boolean): boolean {
  if (a.length !== b.length) return false
  return a.every((one, index) => {
    const other = b[index]
    return other !== undefined && isEqual(one, other)
  })
}
