import type { FeedPage } from '../../feed-page/feed-page.ts'
import type { Item } from '../../shared/domain/item.ts'
import { rangesOf } from '../../shared/domain/number-range.ts'
import type { QueueContext } from '../items/context.ts'
import { takenElsewhere } from '../items/reserved-number.ts'
import { withTwins } from '../items/twins.ts'
import { endRecorded } from './end-recorded.ts'
import type { PicturedDesign } from './thumbnails.ts'

/** Designs that are kept in one transaction: it holds the process up for some ten milliseconds. */
const AT_ONCE = 125

/** What the feed told of designs, without how far it was read. */
export type ToldDesigns = Pick<FeedPage, 'entries' | 'gone' | 'packed'>

/** A page in parts, to be kept one after the other. */
export function partsOf({ entries, gone, packed }: ToldDesigns): ToldDesigns[] {
  const parts: ToldDesigns[] = []
  for (let from = 0; from < Math.max(1, entries.length); from += AT_ONCE) {
    const to = from + AT_ONCE
    parts.push({ entries: entries.slice(from, to), gone: from === 0 ? gone : [], packed: packed.slice(from, to) })
  }
  return parts
}

/** Keeps what the feed told: the items that are shown otherwise now, and the designs that ended. What may concern a design is
 *  looked up for all of them at once: one by one, that takes as long as storing them. Designs of templates that are not known
 *  here are left: a new template reads the feed from the start. Inside a write transaction. */
export function keepDesigns(
  context: Pick<QueueContext, 'catalog'>,
  shopId: string,
  { entries, gone, packed }: ToldDesigns,
): { readonly changed: Item[]; readonly over: PicturedDesign[] } {
  const { catalog } = context
  const ids = entries.map(({ id }) => id)
  const over: PicturedDesign[] = []
  /** What of a picture belongs to that an item has is the item's, and stays with it. */
  const noteOver = (id: string): void => {
    if (catalog.items.get(id) === null) over.push({ id, thumbnail: catalog.kept.find(id)?.record.thumbnail })
  }
  for (const { rev: _, id, uploadedAt, replaced } of gone) {
    noteOver(id)
    catalog.kept.keepGone(shopId, id, uploadedAt === null ? { replaced } : { uploadedAt, replaced })
    // Of its own items this catalog knows it first, and may have stored them anew since.
    if (catalog.items.get(id) === null) catalog.designs.removeKnown(id)
  }
  catalog.kept.keepDesigns(shopId, entries, packed)
  const templates = catalog.shops.templates(shopId)
  const byId = new Map(templates.map(({ sharedId, id }) => [sharedId, id]))
  const byCode = new Map(templates.map(({ code, id }) => [code, id]))
  const searched = new Set(templates.flatMap(({ id }) => (catalog.found.has(id) ? [id] : [])))
  const pathOf = catalog.places.pathsOf(shopId)
  const states = catalog.designs.statesOf(ids)
  const own = new Set(catalog.items.among(ids))
  // Read before the service heard that they were taken back here.
  const takenBack = new Set([...catalog.replaced.undoneAmong(ids), ...catalog.twins.withdrawnAmong(ids)])
  const changed: Item[] = []
  const taken: { readonly templateId: string; readonly number: number }[] = []
  for (const entry of entries) {
    const { id, rev, number, storedSha256, originalName, fingerprint } = entry
    const remotePath = pathOf(entry)
    const templateId = byId.get(entry.templateId ?? '') ?? byCode.get(entry.template)
    if (templateId === undefined || takenBack.has(id)) continue
    const before = remotePath === null ? null : catalog.designs.takePlace(templateId, { number, remotePath }, id)
    if (before !== null) {
      noteOver(before)
      states.delete(before)
    }
    if (states.get(id) === 'known') {
      catalog.designs.setPath(id, remotePath)
      continue
    }
    if (own.has(id)) changed.push(...endRecorded(context, { ...entry, remotePath: remotePath ?? entry.remotePath }))
    if (searched.has(templateId)) catalog.found.remove(templateId, entry.fileName)
    catalog.designs.addKnown(
      { id, shopId, templateId, copy: 0, fileName: originalName, fingerprint },
      { number, remotePath, sha256: storedSha256, rev },
    )
    taken.push({ templateId, number })
  }
  for (const [templateId, of] of Map.groupBy(taken, ({ templateId }) => templateId))
    changed.push(...takenElsewhere(catalog, templateId, rangesOf(of.map(({ number }) => number))))
  return { changed: [...changed, ...withTwins(catalog, [...ids, ...gone.map(({ id }) => id)])], over }
}
