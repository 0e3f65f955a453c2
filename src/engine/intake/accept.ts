import type { Catalog } from '../catalog/open-catalog.ts'
import { applyInTransaction } from '../items/context.ts'
import { type Found, walk } from './walk.ts'

/** Files accepted in one transaction at most: one disk flush for all of them. */
const GROUP = 500
/** The first rows are there at once. */
const FIRST_GROUP = 20

/** What is told of them, and can be taken. */
const MAX_LINKS_OUT = 1000

type Accepted = Exclude<Found, { readonly kind: 'ignored' | 'link-out' }>

export interface AcceptOptions {
  readonly catalog: Catalog
  readonly batch: { readonly id: string; readonly shopId: string; readonly templateId: string }
  readonly newId: () => string
  readonly signal: AbortSignal
  /** Items were added, durably. */
  readonly onAccepted: (itemIds: readonly string[]) => void
}

/** Walks what was dropped into a batch and accepts it group by group: once a group is told, its files are in the
 *  catalog. A walk that was cut short goes on where it was. Settles when all are in and the batch may end. */
export async function acceptPaths({ catalog, batch, newId, signal, onAccepted }: AcceptOptions): Promise<void> {
  const known = new Set(catalog.items.pathsOf(batch.id))
  let seq = known.size
  let ignored = 0
  const linksOut: string[] = []
  let group: Accepted[] = []

  const flush = async (): Promise<void> => {
    const found = group
    group = []
    if (found.length === 0) return
    const firstSeq = seq
    seq += found.length
    onAccepted(await catalog.write(() => found.map((one, index) => add(one, firstSeq + index))))
  }

  const add = (found: Accepted, at: number): string => {
    const id = newId()
    catalog.items.add(id, batch.id, batch.shopId, batch.templateId, at, found.source)
    if (found.kind === 'unreadable') applyInTransaction({ catalog }, id, { type: 'failed', failure: found.failure })
    return id
  }

  for await (const found of walk(catalog.batches.paths(batch.id), signal, catalog.batches.followsLinks(batch.id))) {
    if (found.kind === 'ignored') ignored += 1
    else if (found.kind === 'link-out') linksOut.push(found.path)
    else if (!known.has(found.source.path)) group.push(found)
    if (group.length >= GROUP || (seq === 0 && group.length >= FIRST_GROUP)) await flush()
  }
  await flush()
  if (signal.aborted) return
  await catalog.write(() => {
    catalog.batches.setIgnoredCount(batch.id, ignored)
    catalog.batches.setLinksOut(batch.id, linksOut.slice(0, MAX_LINKS_OUT))
    catalog.batches.endScan(batch.id)
  })
}
