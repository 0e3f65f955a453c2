import { posix } from 'node:path'
import type { ReplacedView } from '../../shared/domain/batch.ts'
import type { Said } from '../../shared/domain/detail.ts'
import type { Item } from '../../shared/domain/item.ts'
import { remoteExtension } from '../../shared/domain/remote-name.ts'
import { hasStored } from '../../shared/domain/stages.ts'
import type { PutRequest } from '../../shared/worker/transfer.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { replacedId } from '../items/outcome.ts'
import { isPrepared } from './match-lane.ts'

/** The file whose place the item takes, for the transfer worker. */
export function replacedFile(catalog: Catalog, item: Item): Pick<PutRequest, 'replaces'> {
  const old = catalog.designs.stored(replacedId(item) ?? '')
  return old === null ? {} : { replaces: { fileName: posix.basename(old.remotePath) } }
}

/** What the item replaced, as it is shown; null when it replaced nothing. */
export function replacedView({ catalog }: { readonly catalog: Catalog }, item: Item): ReplacedView | null {
  const replaced = hasReplaced(item) ? catalog.replaced.get(item.id) : null
  if (replaced === null) return null
  const { fileName, state, keptUntil } = replaced
  const isKept = state === 'kept' || state === 'undoing'
  return { fileName, keptUntil: isKept ? keptUntil : null }
}

/** Was the item stored in the place of another, so that undoing it is a matter of the NAS? */
export function hasReplaced({ decided, state }: Item): boolean {
  const isStored = hasStored(state) || state.stage === 'done'
  return isStored && decided?.decision === 'replace'
}

/** Why these items cannot take the place of what they resemble most; null when they can. */
export function whyNoReplacement(catalog: Catalog, itemIds: readonly string[]): Said | null {
  const items = itemIds.flatMap((id) => catalog.items.get(id) ?? [])
  const replaced = items.map(({ state }) => (state.stage === 'review' ? state.matches[0]?.id : undefined))
  if (new Set(replaced).size < replaced.length) return { says: 'only-one-can' }
  for (const [n, item] of items.entries()) {
    const stored = catalog.designs.stored(replaced[n] ?? '')
    if (stored === null) {
      return { says: catalog.designs.stateOf(replaced[n] ?? '') === 'known' ? 'not-here' : 'not-stored-yet' }
    }
    if (item.state.stage !== 'review') continue
    const format = isPrepared(catalog, item) ? 'png' : item.state.examination.picture.format
    const [is, was] = [remoteExtension(format), posix.extname(stored.remotePath)]
    if (is !== was) return { says: 'other-format', is, was }
  }
  return null
}
