import type { ItemView } from './batch.ts'
import { reviewGroups } from './review-groups.ts'

type Asked = Pick<ItemView, 'id' | 'batchId' | 'twin'>

/** Files of one question: what a colleague stored as well, byte for byte, or what looks like one design of a colleague. */
export interface TwinQuestion<T> {
  readonly kind: 'equal' | 'alike'
  readonly items: readonly T[]
}

/** What is to be asked of files that a colleague has stored as well: equal ones are one question for all of a batch, and those
 *  that look alike are grouped as in review. */
export function twinQuestions<T extends Asked>(items: readonly T[]): TwinQuestion<T>[] {
  const asked = items.filter(({ twin }) => twin?.state === 'asked')
  const equal = asked.filter(({ twin }) => twin?.kind === 'exact')
  const alike = asked.filter(({ twin }) => twin?.kind !== 'exact')
  const groups = reviewGroups(
    alike.map(({ id, twin }) => ({ id, matches: twin === null ? [] : [{ id: twin.designId, kind: twin.kind }] })),
  )
  return [
    ...[...Map.groupBy(equal, ({ batchId }) => batchId).values()].map((of) => ({ kind: 'equal' as const, items: of })),
    ...groups.map(({ itemIds }) => ({ kind: 'alike' as const, items: alike.filter(({ id }) => itemIds.includes(id)) })),
  ]
}
