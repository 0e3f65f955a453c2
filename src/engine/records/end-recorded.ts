import type { FeedEntry } from '../../shared/api/records.ts'
import type { Item } from '../../shared/domain/item.ts'
import { applyInTransaction, type QueueContext } from '../items/context.ts'

/** An item of this computer of which the backend has the record, though this catalog, rebuilt from an older state, does
 *  not know of it: it is done. The item, or nothing where there is none. Inside a write transaction. */
export function endRecorded(context: Pick<QueueContext, 'catalog'>, entry: FeedEntry): Item[] {
  const { catalog } = context
  const item = catalog.items.get(entry.id)
  if (item === null) return []
  const { id, number, remotePath, sizeBytes, storedSha256, fingerprint, picture } = entry
  const { mtimeMs } = item.source
  const examination = { source: { sizeBytes: item.source.sizeBytes, mtimeMs }, fingerprint, picture }
  // How it was verified is not in the record; that a file of this size stands there is.
  const stored = {
    designId: id,
    number,
    remotePath,
    sizeBytes,
    sha256: storedSha256,
    verifiedBy: 'size',
    durable: true,
  } as const
  const moved = applyInTransaction(context, id, { type: 'found-recorded', examination, stored })
  if (moved === null) return []
  if (item.reserved !== null) catalog.numbers.free(item.templateId, item.reserved)
  catalog.items.setReserved(id, null)
  catalog.numbers.markUsed(item.templateId, number)
  return [moved]
}
