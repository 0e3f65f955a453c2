import type { OtherDesign } from '../../shared/api/records.ts'
import type { TwinView } from '../../shared/domain/batch.ts'
import type { Item } from '../../shared/domain/item.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { Twin } from '../catalog/twins.ts'
import { replacedId } from './outcome.ts'

/** The service has stored the item's record, and told that another design has the same bytes. Inside the transaction that ends
 *  the item; the item that is to be shown anew. */
export function noteTwin(catalog: Catalog, itemId: string, { id: twinId, device }: OtherDesign): Item[] {
  return catalog.items.get(twinId) === null ? addTwin(catalog, itemId, { twinId, kind: 'exact', device }) : []
}

/** A person is asked about the item and a colleague's design. Not to be asked about is one of which a person, or the batch, said
 *  before that it is to stand beside another, or in the place of one. Inside a write transaction; the item that is to be shown
 *  anew. */
export function addTwin(catalog: Catalog, itemId: string, twin: Pick<Twin, 'twinId' | 'kind' | 'device'>): Item[] {
  const item = catalog.items.get(itemId)
  if (item === null || !mayHaveTwin(item)) return []
  catalog.twins.add({ itemId, shopId: item.shopId, ...twin })
  catalog.batches.undoClear([item.batchId])
  return [item]
}

function mayHaveTwin(item: Item): boolean {
  return item.copy === 0 && replacedId(item) === null
}

/** The item's record is stored at the shop's `rev`: once all that colleagues had stored until then is known here, it is compared
 *  with what of that was not known before. Inside the transaction that ends the item. */
export function noteRecheck(catalog: Catalog, itemId: string, rev: number): void {
  const item = catalog.items.get(itemId)
  const policy = item === null ? undefined : catalog.batches.get(item.batchId)?.policy
  if (item === null || !mayHaveTwin(item) || catalog.twins.get(itemId) !== null) return
  if (policy?.onDuplicate === 'keep' && policy.onSimilar === 'keep') return
  const { shopId, templateId } = item
  catalog.rechecks.add({ itemId, shopId, templateId, rev })
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
  const { state, device, twinId, kind, keptUntil } = twin
  const theirs = catalog.designs.stored(twinId)?.remotePath ?? null
  const shown = { designId: twinId, kind, device, theirs }
  if (state === 'open') return catalog.twins.isOpen(id) ? { state: 'asked', ...shown, keptUntil: null } : null
  if (state === 'kept') return { state, ...shown, keptUntil: null }
  return { state: 'withdrawn', ...shown, keptUntil: state === 'withdrawn' ? keptUntil : null }
}
