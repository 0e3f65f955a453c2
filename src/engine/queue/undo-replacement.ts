import { posix } from 'node:path'
import { failure, ruleOf } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { fail, type Result } from '../../shared/domain/result.ts'
import type { ReplacedDesign } from '../catalog/replaced-designs.ts'
import { announce, applyInTransaction, type QueueContext } from '../items/context.ts'
import { type NasParts, openNas } from './nas-access.ts'

/** Takes replacements back. */
export interface UndoReplacement {
  /** The old file has its name again, its design is known here, in the backend and to colleagues, and the item is in review as
   *  it was. Fails with nothing changed, or, where the connection broke, to be settled by itself. */
  undo(itemId: string): Promise<Result<null>>
  /** Items that are being taken back at this moment. */
  readonly underWay: ReadonlySet<string>
}

export function createUndoReplacement(context: QueueContext, nas: NasParts): UndoReplacement {
  const { catalog, clock } = context
  const underWay = new Set<string>()

  const undo = async (itemId: string): Promise<Result<null>> => {
    const item = catalog.items.get(itemId)
    const replaced = catalog.replaced.get(itemId)
    // Its record may be on its way, and must be there before it can be taken back.
    if (item?.state.stage !== 'done') return fail(failure('conflict', item?.source.fileName))
    const isThere = replaced?.state === 'undoing' || replaced?.state === 'kept'
    if (!isThere || replaced.keptPath === null) return fail(failure('design-gone', item.source.fileName))
    // From here on a crash is settled by the sweep: it goes on to the end.
    await catalog.write(() => catalog.replaced.setState(itemId, 'undoing'))
    const back = await takeBack(replaced, replaced.keptPath, item.state.stored.sha256)
    if (back.ok) {
      const moved = await catalog.write(() => reopen(itemId, replaced))
      if (moved !== null) announce(context, moved)
      context.outboxChanged()
    } else {
      const { code } = back.failure
      const isUntouched = replaced.state === 'kept' && ruleOf(code).isInDoubt !== true
      if (!isUntouched && ruleOf(code).isSeen !== true) return back
      await catalog.write(() => catalog.replaced.setState(itemId, code === 'design-gone' ? 'dropped' : 'kept'))
      context.itemChanged(itemId, item.batchId)
    }
    return back
  }

  const takeBack = async (
    { itemId, shopId, remotePath, storedSha256 }: ReplacedDesign,
    keptPath: string,
    newSha256: string,
  ): Promise<Result<null>> => {
    const opened = await openNas(catalog, nas, shopId)
    if (!opened.ok) return opened
    return nas.transfer.call('takeBack', {
      nasId: shopId,
      itemId,
      remoteDir: posix.dirname(remotePath),
      fileName: posix.basename(remotePath),
      keptPath,
      newSha256,
      oldSha256: storedSha256,
    })
  }

  /** Inside a write transaction: all of it, or nothing. */
  const reopen = (itemId: string, { shopId, designId }: ReplacedDesign): Item | null =>
    applyInTransaction(context, itemId, { type: 'replacement-undone' }, ({ batchId }) => {
      catalog.designs.removeKnown(itemId)
      catalog.replaced.bringBack(itemId)
      catalog.replaced.setState(itemId, 'undone')
      catalog.items.setIntent(itemId, null)
      catalog.outbox.addUndone(shopId, { id: context.newId(), designId: itemId, replaced: designId }, clock.now())
      catalog.batches.reopen(batchId)
    })

  return {
    underWay,
    async undo(itemId) {
      if (underWay.has(itemId)) return fail(failure('conflict'))
      underWay.add(itemId)
      try {
        return await undo(itemId)
      } finally {
        underWay.delete(itemId)
      }
    },
  }
}
