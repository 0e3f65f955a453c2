import { type Failure, ruleOf } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { applyEvent, type QueueContext } from './context.ts'

/** What becomes of an item whose work an imaging worker did not do. */
export async function imagingFailed(context: QueueContext, item: Item, because: Failure): Promise<void> {
  const { holds } = context
  if (because.code === 'cancelled') {
    await applyEvent(context, item.id, { type: context.cancelling.has(item.id) ? 'cancelled' : 'released' })
  } else if (because.code === 'worker-broken' || because.code === 'too-many-files') {
    // No fault of the file: all wait, and no attempt is counted.
    holds.add({ kind: 'imaging-worker' }, because)
    await applyEvent(context, item.id, { type: 'released' })
  } else if (because.code === 'worker-gone') {
    await applyEvent(context, item.id, { type: 'worker-died' })
  } else if (ruleOf(because.code).class !== 'permanent') {
    holds.add({ kind: 'item', itemId: item.id }, because)
    await applyEvent(context, item.id, { type: 'attempt-failed', failure: because })
  } else {
    await applyEvent(context, item.id, { type: 'failed', failure: because })
  }
}
