import { posix } from 'node:path'
import { failure } from '../../shared/domain/failure.ts'
import { type Item, preparedOf, type StoredFile } from '../../shared/domain/item.ts'
import { numberInName, remoteFileName } from '../../shared/domain/remote-name.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { FinalName, NameWish } from '../../shared/worker/transfer.ts'
import type { RenameIntent } from '../catalog/items.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { replacedId } from '../items/outcome.ts'

/** The number and final name of an item whose bytes were verified, written down before the rename is sent: after a
 *  crash it is looked for there. The same item keeps its name; `foreign` is a name that turned out to be taken by a
 *  file that is not ours, and is never given again; nor are those of `taken`. One that replaces a design gets that one's name, or `design-altered`
 *  when that is no longer there. Inside a write transaction. */
export function takeName(catalog: Catalog, item: Item, wish: Omit<NameWish, 'itemId'>): Result<FinalName> {
  const { attempt } = wish
  const replaced = replacedId(item)
  if (replaced === null) return ok({ fileName: takeFreeName(catalog, item, wish).finalName })
  const old = catalog.designs.stored(replaced)
  if (old === null) return fail(failure('design-altered'))
  const fileName = posix.basename(old.remotePath)
  catalog.items.setIntent(item.id, {
    number: old.number,
    finalName: fileName,
    attempt,
    isClaimed: false,
    sha256: sentSha256(item),
  })
  return ok({ fileName, replaces: old.sha256 })
}

function takeFreeName(
  catalog: Catalog,
  item: Item,
  { attempt, foreign, taken = [] }: Omit<NameWish, 'itemId'>,
): RenameIntent {
  const before = catalog.items.intent(item.id)
  if (before !== null && before.finalName !== foreign) {
    const again = { ...before, attempt, isClaimed: false, sha256: sentSha256(item) }
    catalog.items.setIntent(item.id, again)
    return again
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
  const intent = { number, finalName, attempt, isClaimed: false, sha256: sentSha256(item) }
  catalog.items.setIntent(item.id, intent)
  return intent
}

/** Of the bytes that are sent: those of the dropped file, or of its print file. */
function sentSha256({ id, state }: Item): string {
  if (!('examination' in state)) throw new Error(`nothing is sent of item ${id}`)
  return preparedOf(state)?.sha256 ?? state.examination.fingerprint.sha256
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
