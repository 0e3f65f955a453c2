import { type Item, preparedOf } from '../../shared/domain/item.ts'
import type { NumberRange } from '../../shared/domain/number-range.ts'
import { hasStored, isSending } from '../../shared/domain/stages.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { replacedId } from './outcome.ts'

/** The item with the lowest free number once it is to be sent, so that numbers follow the order in which items leave
 *  matching or Review, whichever upload ends first. What takes a design's place gets that one's. Inside the write
 *  transaction that moves it, before it is saved. */
export function withNumber({ numbers, found }: Pick<Catalog, 'numbers' | 'found'>, item: Item): Item {
  const { state, reserved } = item
  if (hasStored(state)) return { ...item, reserved: null }
  if (reserved !== null || !isSending(state.stage) || replacedId(item) !== null || mayBeFound(found, item)) return item
  return { ...item, reserved: numbers.reserve(item.templateId) }
}

/** After a rebuild: its file may stand on the NAS under a number that is found when it is sent. */
function mayBeFound(found: Catalog['found'], { templateId, state, source }: Item): boolean {
  if (state.stage === 'ready' || state.stage === 'preparing') return found.has(templateId)
  return found.ofSize(templateId, (preparedOf(state) ?? source).sizeBytes).length > 0
}

/** An item that is not to be sent any more gives its number to the next, unless its file may stand on the NAS under it.
 *  Inside the write transaction, after what else it changes. */
export function withoutIdleNumber({ numbers, items }: Pick<Catalog, 'numbers' | 'items'>, item: Item): Item {
  const { id, templateId, state, reserved } = item
  if (reserved === null || isSending(state.stage) || items.intent(id) !== null) return item
  numbers.free(templateId, reserved)
  items.setReserved(id, null)
  return { ...item, reserved: null }
}

/** The item's file stands under that number already. Inside a write transaction. */
export function haveNumber({ numbers, items }: Pick<Catalog, 'numbers' | 'items'>, item: Item, number: number): void {
  const { id, templateId, reserved } = item
  if (reserved !== null && reserved !== number) numbers.free(templateId, reserved)
  items.setReserved(id, number)
}

/** Files that are none of this computer's have these numbers: none is given again, and items that wait with one of them get
 *  another, in their order. The changed items. Inside a write transaction. */
export function takenElsewhere(
  { numbers, items }: Pick<Catalog, 'numbers' | 'items'>,
  templateId: string,
  ranges: readonly NumberRange[],
): Item[] {
  const holders = withdraw({ numbers, items }, templateId, ranges)
  for (const [first, last] of ranges) numbers.markUsedElsewhere(templateId, first, last)
  return renumber({ numbers, items }, holders)
}

/** These numbers are another workstation's: items that wait with one of them get another, in their order. The changed items.
 *  Inside a write transaction. */
export function leasedElsewhere(
  { numbers, items }: Pick<Catalog, 'numbers' | 'items'>,
  templateId: string,
  ranges: readonly NumberRange[],
): Item[] {
  const holders = withdraw({ numbers, items }, templateId, ranges)
  for (const [first, last] of ranges) numbers.forget(templateId, first, last)
  return renumber({ numbers, items }, holders)
}

/** Items that wait with one of the numbers have it no more, but for those whose file may stand under it. */
function withdraw(
  { numbers, items }: Pick<Catalog, 'numbers' | 'items'>,
  templateId: string,
  ranges: readonly NumberRange[],
): Item[] {
  const holders = ranges.flatMap(([first, last]) => items.reservedIn(templateId, first, last))
  for (const { reserved } of holders) if (reserved !== null) numbers.free(templateId, reserved)
  return holders
}

function renumber({ numbers, items }: Pick<Catalog, 'numbers' | 'items'>, holders: readonly Item[]): Item[] {
  return holders.map((item) => {
    const reserved = numbers.reserve(item.templateId)
    items.setReserved(item.id, reserved)
    return { ...item, reserved }
  })
}
