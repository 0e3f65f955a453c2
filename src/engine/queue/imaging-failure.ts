import type { Failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { applyEvent, type QueueContext } from '../items/context.ts'
import { examineAgain } from './examine-again.ts'
import { outcomeOf } from './outcome.ts'

/** What becomes of an item whose work an imaging worker did not do. */
export async function imagingFailed(context: QueueContext, item: Item, because: Failure): Promise<void> {
  const { event, holds } = outcomeOf(because, item, { isCancelling: context.cancelling.has(item.id) })
  if (event === null) return examineAgain(context, item)
  if (holds !== null) context.holds.add(holds, because)
  await applyEvent(context, item.id, event)
}
