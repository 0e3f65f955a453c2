import type { BatchView, ItemView } from '../../shared/domain/batch.ts'
import { EMPTY_STATUS, type EngineDelta, type EngineStatus } from '../../shared/ipc/engine.ts'

/** What the window knows of the engine's state: a copy to draw from, never the truth. */
export interface Projection {
  readonly status: Omit<EngineStatus, 'batches'>
  /** What still moves first, then the newest. */
  readonly batches: readonly BatchView[]
  readonly items: ReadonlyMap<string, ItemView>
  /** Ids of the items that are known here, by batch, in order of `seq`. */
  readonly itemIds: ReadonlyMap<string, readonly string[]>
}

export const EMPTY_PROJECTION: Projection = {
  status: EMPTY_STATUS,
  batches: [],
  items: new Map(),
  itemIds: new Map(),
}

const TURNING = /\p{Bidi_Control}/gu

/** The projection after a delta. A full one replaces everything but the files of batches that had ended and still have:
 *  those change no more, and would have to be asked for again. What a delta does not touch keeps its identity. */
export function applyDelta(before: Projection, delta: EngineDelta): Projection {
  const base = delta.full ? endedOnly(before, delta.batches) : before
  const withItems = withItemViews(withoutBatches(base, delta.removedBatchIds), delta.items)
  return { ...withItems, status: delta.status, batches: mergeBatches(withItems.batches, delta.batches) }
}

/** The projection with items added or replaced, such as those of an ended batch that was opened. */
export function withItemViews(before: Projection, items: readonly ItemView[]): Projection {
  if (items.length === 0) return before
  const known = new Map(before.items)
  const fresh = new Map<string, ItemView[]>()
  for (const item of items.map(withPlainNames)) {
    if (!known.has(item.id)) {
      const ofBatch = fresh.get(item.batchId)
      if (ofBatch === undefined) fresh.set(item.batchId, [item])
      else ofBatch.push(item)
    }
    known.set(item.id, item)
  }
  if (fresh.size === 0) return { ...before, items: known }
  const itemIds = new Map(before.itemIds)
  const seqOf = (id: string): number => known.get(id)?.seq ?? 0
  for (const [batchId, added] of fresh) {
    const ids = [...(itemIds.get(batchId) ?? []), ...added.map(({ id }) => id)]
    itemIds.set(
      batchId,
      ids.sort((a, b) => seqOf(a) - seqOf(b)),
    )
  }
  return { ...before, items: known, itemIds }
}

/** Names as they are looked for, without the characters that turn text around: `gpj.exe` must not read as `exe.jpg`. The
 *  NAS gets none either. */
function withPlainNames(item: ItemView): ItemView {
  const { fileName, matches } = item
  if ([fileName, ...matches.map((match) => match.fileName)].every((name) => plainName(name) === name)) return item
  return {
    ...item,
    fileName: plainName(fileName),
    matches: matches.map((match) => ({ ...match, fileName: plainName(match.fileName) })),
  }
}

/** Composed too: macOS takes letters and their accents apart. */
function plainName(name: string): string {
  return name.replaceAll(TURNING, '').normalize()
}

function endedOnly(before: Projection, now: readonly BatchView[]): Projection {
  const hadEnded = new Set(before.batches.filter(({ state }) => state === 'ended').map(({ id }) => id))
  const kept = now.filter(({ id, state }) => state === 'ended' && hadEnded.has(id)).map(({ id }) => id)
  const items = kept.flatMap((id) => before.itemIds.get(id) ?? []).flatMap((id) => before.items.get(id) ?? [])
  return withItemViews(EMPTY_PROJECTION, items)
}

function withoutBatches(before: Projection, batchIds: readonly string[]): Projection {
  if (batchIds.length === 0) return before
  const gone = new Set(batchIds)
  const items = new Map(before.items)
  const itemIds = new Map(before.itemIds)
  for (const batchId of gone) {
    for (const id of itemIds.get(batchId) ?? []) items.delete(id)
    itemIds.delete(batchId)
  }
  return { ...before, items, itemIds, batches: before.batches.filter(({ id }) => !gone.has(id)) }
}

function mergeBatches(before: readonly BatchView[], changed: readonly BatchView[]): readonly BatchView[] {
  if (changed.length === 0) return before
  const byId = new Map(before.map((batch) => [batch.id, batch]))
  for (const batch of changed) byId.set(batch.id, batch)
  return [...byId.values()].sort(
    (a, b) => Number(a.state === 'ended') - Number(b.state === 'ended') || b.createdAt - a.createdAt,
  )
}
