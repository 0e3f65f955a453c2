import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'
import { packRecord } from '../../feed-page/packed-record.ts'
import type { DesignRecord } from '../../shared/api/records.ts'
import { keepDesigns, partsOf, type ToldDesigns } from './keep-designs.ts'

const told = (...records: readonly DesignRecord[]): ToldDesigns => ({
  entries: records.map((record, at) => ({ ...record, rev: at + 1 })),
  gone: [],
  packed: records.map(packRecord),
})

test('a design whose place another one took, and that is told of at its new place on the same page, stays known', async () => {
  await using shop = await openTestCatalog()
  using queue = openQueueContext(shop.catalog)
  const { catalog, shopId } = shop
  const first = sampleRecord(1)
  const { number, remotePath } = first
  const other = sampleRecord(2, { number, remotePath })
  const moved = { ...first, number: 3, remotePath: sampleRecord(3).remotePath }
  await catalog.write(() => keepDesigns(queue.context, shopId, told(first)))
  const kept = await catalog.write(() => keepDesigns(queue.context, shopId, told(other, moved)))
  expect(kept.over.map(({ id }) => id)).toEqual([first.id])
  expect([first, other].map(({ id }) => catalog.designs.stored(id)?.remotePath)).toEqual([
    moved.remotePath,
    other.remotePath,
  ])
})

test('parts of a page are all of it, with its ends before its designs', () => {
  const gone = [{ rev: 999, id: 'gone', uploadedAt: null, replaced: null }]
  const many = Array.from({ length: 300 }, (_, n) => sampleRecord(n + 1))
  const parts = partsOf({ ...told(...many), gone })
  expect(parts.flatMap(({ entries }) => entries.map(({ id }) => id))).toEqual(many.map(({ id }) => id))
  expect(parts.flatMap(({ packed }) => packed)).toHaveLength(many.length)
  expect(parts.map((part) => part.gone.length)).toEqual([1, ...parts.slice(1).map(() => 0)])
  expect(partsOf({ ...told(), gone })).toEqual([{ ...told(), gone }])
})
