import { posix } from 'node:path'
import { failure } from '../../shared/domain/failure.ts'
import { type Examination, type Item, preparedOf, type StoredFile } from '../../shared/domain/item.ts'
import type { PictureFormat } from '../../shared/domain/picture.ts'
import { remoteFileName } from '../../shared/domain/remote-name.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { FinalName, NameWish } from '../../shared/worker/transfer.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { replacedId } from '../items/outcome.ts'

/** The final name of an item whose bytes were verified, by the number that is reserved for it, written down before the
 *  rename is sent: after a crash it is looked for there. The same item keeps its name; `foreign` is a name that turned out
 *  to be taken by a file that is not ours, and is never given again. One that replaces a design gets that one's name, or
 *  `design-altered` when that is no longer there. Inside a write transaction. */
export function takeName(catalog: Catalog, item: Item, wish: Omit<NameWish, 'itemId'>): Result<FinalName> {
  const replaced = replacedId(item)
  if (replaced === null) return ok({ fileName: takeFreeName(catalog, item, wish) })
  const old = catalog.designs.stored(replaced)
  if (old === null) return fail(failure('design-altered'))
  const fileName = posix.basename(old.remotePath)
  promise(catalog, item, wish.attempt, old.number, fileName)
  return ok({ fileName, replaces: old.sha256 })
}

function takeFreeName(catalog: Catalog, item: Item, { attempt, foreign }: Omit<NameWish, 'itemId'>): string {
  const before = catalog.items.intent(item.id)
  if (before !== null && before.finalName !== foreign) {
    promise(catalog, item, attempt, before.number, before.finalName)
    return before.finalName
  }
  const template = catalog.shops.template(item.templateId)
  if (template === null || !('examination' in item.state)) throw new Error(`no name for item ${item.id}`)
  if (before !== null) catalog.numbers.markForeign(item.templateId, before.number)
  const number = (before === null ? item.reserved : null) ?? anotherNumber(catalog, item)
  const finalName = remoteFileName(template, number, formatOf(item.state.examination, preparedOf(item.state) !== null))
  promise(catalog, item, attempt, number, finalName)
  return finalName
}

function formatOf({ picture }: Examination, isPrint: boolean): PictureFormat {
  return isPrint ? 'png' : picture.format
}

/** What the item's file is to be called, as far as that is known; null when it has no number, or is stored. */
export function reservedName(catalog: Pick<Catalog, 'shops'>, { templateId, state, reserved }: Item): string | null {
  const template = reserved === null ? null : catalog.shops.template(templateId)
  if (reserved === null || template === null || !('examination' in state) || state.examination === undefined)
    return null
  return remoteFileName(template, reserved, formatOf(state.examination, template.preparation !== undefined))
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

/** In place of one that a file has which is not ours, or that its file might have had on the NAS already. */
function anotherNumber({ numbers, items }: Catalog, { id, templateId }: Item): number {
  const number = numbers.reserve(templateId)
  items.setReserved(id, number)
  return number
}

/** Nothing was stored under the item's name, proven: its number is its own as long as it is to be sent, then the next
 *  one's. Inside the write transaction that moves it. */
export function freeName(catalog: Catalog, item: Item): void {
  catalog.items.setIntent(item.id, null)
}
