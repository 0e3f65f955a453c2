import { stat } from 'node:fs/promises'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { applyEvent, type QueueContext } from '../items/context.ts'
import { outcomeOf } from '../items/outcome.ts'
import type { ItemEvent } from '../items/transition.ts'
import { wholeMs } from '../whole-ms.ts'
import { freeName } from './final-name.ts'

/** What was examined is not what is there now: the item begins anew with what is, or fails where nothing is. Nothing of it
 *  was stored. */
export async function examineAgain(context: QueueContext, item: Item): Promise<void> {
  const { catalog, holds } = context
  const { path } = item.source
  const now = await stat(path, { bigint: true }).catch(() => null)
  if (now !== null) holds.add({ kind: 'item', itemId: item.id }, failure('source-changed', path))
  const event: ItemEvent =
    now === null
      ? { type: 'failed', failure: failure('source-gone', path) }
      : {
          type: 'source-changed',
          source: { ...item.source, sizeBytes: Number(now.size), mtimeMs: wholeMs(now.mtimeNs) },
        }
  await applyEvent(context, item.id, event, (moved) => {
    freeName(catalog, moved)
    catalog.items.setResumePoint(moved.id, null)
    catalog.designs.removePending(moved.id)
  })
}

/** What becomes of an item whose work an imaging worker did not do. */
export async function imagingFailed(context: QueueContext, item: Item, because: Failure): Promise<void> {
  const { event, holds } = outcomeOf(because, item, { isCancelling: context.cancelling.has(item.id) })
  if (event === null) return examineAgain(context, item)
  if (holds !== null) context.holds.add(holds, because)
  await applyEvent(context, item.id, event)
}
