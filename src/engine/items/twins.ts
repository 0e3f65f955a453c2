import type { OtherDesign } from '../../shared/api/records.ts'
import type { TwinView } from '../../shared/domain/batch.ts'
import type { Item } from '../../shared/domain/item.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { Twin } from '../catalog/twins.ts'
import { replacedId } from './outcome.ts'

/** The service has stored the item's record, and told that another design has the same bytes. Not to be asked about is one of
 *  which a person, or the batch, said before that it is to stand beside another, or in the place of one. Inside the
 *  transaction that ends the item; the item that is to be shown anew. */
export function noteTwin(catalog: Catalog, itemId: string, { id: twinId, device }: OtherDesign): Item[] {
  const item = catalog.items.get(itemId)
  if (item === null || item.copy > 0 || replacedId(item) !== null || catalog.items.get(twinId) !== null) return []
  catalog.twins.add({ itemId, shopId: item.shopId, twinId, device })
  catalog.batches.undoClear([item.batchId])
  return [item]
}

/** Items that are shown otherwise now that these designs are known, or are no more. */
export function withTwins(catalog: Catalog, designIds: readonly string[]): Item[] {
  return catalog.twins.about({ designIds }).flatMap((id) => catalog.items.get(id) ?? [])
}

/** Something was said of it that can be taken back. */
export function isSettled(twin: Twin | null): boolean {
  return twin !== null && ['kept', 'withdrawn', 'reinstating'].includes(twin.state)
}

/** What is shown of it; null of an item of which nothing is to be said. */
export function twinView(catalog: Pick<Catalog, 'twins' | 'designs'>, { id }: Pick<Item, 'id'>): TwinView | null {
  const twin = catalog.twins.get(id)
  if (twin === null) return null
  const { state, device, keptUntil } = twin
  const theirs = catalog.designs.stored(twin.twinId)?.remotePath ?? null
  if (state === 'open') return catalog.twins.isOpen(id) ? { state: 'asked', device, theirs, keptUntil: null } : null
  if (state === 'kept') return { state, device, theirs, keptUntil: null }
  return { state: 'withdrawn', device, theirs, keptUntil: state === 'withdrawn' ? keptUntil : null }
}
