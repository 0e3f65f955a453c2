import { stat } from 'node:fs/promises'
import { failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { wholeMs } from '../whole-ms.ts'
import { applyEvent, type QueueContext } from './context.ts'
import { freeName } from './final-name.ts'

/** What was examined is not what is there now: the item begins anew with what is, or fails where nothing is. Nothing of it
 *  was stored. */
export async function examineAgain(context: QueueContext, item: Item): Promise<void> {
  const { catalog, holds } = context
  const now = await stat(item.source.path, { bigint: true }).catch(() => null)
  if (now === null) {
    await applyEvent(context, item.id, { type: 'failed', failure: failure('source-gone') }, (moved) =>
      freeName(catalog, moved),
    )
    return
  }
  holds.add({ kind: 'item', itemId: item.id }, failure('source-changed', item.source.path))
  const source = { ...item.source, sizeBytes: Number(now.size), mtimeMs: wholeMs(now.mtimeNs) }
  await applyEvent(context, item.id, { type: 'source-changed', source }, (moved) => {
    freeName(catalog, moved)
    catalog.items.setResumePoint(moved.id, null)
    catalog.designs.removePending(moved.id)
  })
}
