import { stat } from 'node:fs/promises'
import { failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { applyEvent, type QueueContext } from '../items/context.ts'
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
