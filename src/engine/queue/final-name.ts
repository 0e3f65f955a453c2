import { posix } from 'node:path'
import { failure } from '../../shared/domain/failure.ts'
import { type Item, preparedOf, type StoredFile } from '../../shared/domain/item.ts'
import { numberInName, remoteFileName } from '../../shared/domain/remote-name.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { FinalName, NameWish } from '../../shared/worker/transfer.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { replacedId } from '../items/outcome.ts'

/** The number and final name of an item whose bytes were verified, written down before the rename is sent: after a
 *  crash it is looked for there. The same item keeps its name; `foreign` is a name that turned out to be taken by a
 *  file that is not ours, and is never given again; nor are those of `taken`. One that replaces a design gets that one's name, or `design-altered`
 *  when that is no longer there. Inside a write transaction. */
export function takeName(catalog: Catalog, item: Item, wish: Omit<NameWish, 'itemId'>): Result<FinalName> {
  const replaced = replacedId(item)
  if (replaced === null) return ok({ fileName: takeFreeName(catalog, item, wish) })
  const old = catalog.designs.stored(replaced)
  if (old === null) return fail(failure('design-altered'))
  const fileName = posix.basename(old.remotePath)
  promise(catalog, item, wish.attempt, old.number, fileName)
  return ok({ fileName, replaces: old.sha256 })
}

function takeFreeName(
  catalog: Catalog,
  item: Item,
  { attempt, foreign, taken = [] }: Omit<NameWish, 'itemId'>,
): string {
  const before = catalog.items.intent(item.id)
  if (before !== null && before.finalName !== foreign) {
    promise(catalog, item, attempt, before.number, before.finalName)
    return before.finalName
  }
  if (before !== null) catalog.numbers.markForeign(item.templateId, before.number)
  const template = catalog.shops.template(item.templateId)
  if (template === null || !('examination' in item.state)) throw new Error(`no name for item ${item.id}`)
  for (const fileName of taken) {
    const number = numberInName(template, fileName)
    if (number !== null) catalog.numbers.markUsedElsewhere(item.templateId, number)
  }
  const number = catalog.numbers.reserve(item.templateId)
  const format = preparedOf(item.state) === null ? item.state.examination.picture.format : 'png'
  const finalName = remoteFileName(template, number, format)
  promise(catalog, item, attempt, number, finalName)
  return finalName
}

/** Of the bytes that are sent, those of the dropped file or of its print file, before anything claims the name. */
function promise(catalog: Catalog, { id, state }: Item, attempt: number, number: number, finalName: string): void {
  if (!('examination' in state)) throw new Error(`nothing is sent of item ${id}`)
  const sha256 = preparedOf(state)?.sha256 ?? state.examination.fingerprint.sha256
  catalog.items.setIntent(id, { number, finalName, attempt, isClaimed: false, sha256 })
}

/** The item's file stands under its name: the number is used for good. Inside the transaction that stores it. */
export function keepName(catalog: Catalog, item: Item, { number }: StoredFile): void {
  catalog.numbers.markUsed(item.templateId, number)
}

/** Nothing was stored under the item's name, proven: the number goes to the next. Inside a write transaction. */
export function freeName(catalog: Catalog, item: Item): void {
  const intent = catalog.items.intent(item.id)
  if (intent === null) return
  catalog.numbers.free(item.templateId, intent.number)
  catalog.items.setIntent(item.id, null)
}
