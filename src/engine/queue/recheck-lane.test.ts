import { expect, onTestFinished, test, vi } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { sampleExamination } from '../../../test/support/sample-item.ts'
import type { DuplicatePolicy } from '../../shared/domain/match.ts'
import { ok } from '../../shared/domain/result.ts'
import { noteRecheck, noteTwin } from '../items/twins.ts'
import type { SimilarityIndex } from '../similarity/similarity-index.ts'
import { createRecheckLane } from './recheck-lane.ts'

const ASK: DuplicatePolicy = { onDuplicate: 'skip', onSimilar: 'review' }
const { fingerprint } = sampleExamination

/** An item that was stored, with its record, at the shop's tenth rev, and a library in which whatever is known resembles it. */
async function openStored(policy = ASK) {
  const shop = await openTestCatalog()
  onTestFinished(() => shop[Symbol.asyncDispose]())
  const { catalog, shopId, templateId } = shop
  const { context } = openQueueContext(catalog)
  const near = { kind: 'near', fileName: 'theirs.png', state: 'known', phashDistance: 1, dhashDistance: 1 } as const
  const known: string[] = []
  let passes = 0
  const index: Pick<SimilarityIndex, 'query'> = {
    async query(_, queries) {
      passes += 1
      return ok(queries.map(() => known.map((id) => ({ id, correlation: 0.9, ...near }))))
    },
  }
  const lane = createRecheckLane(context, index as SimilarityIndex)
  let number = 0
  const know = (id: string, rev: number | undefined, sha256: string): Promise<void> => {
    number += 1
    known.push(id)
    const design = { id, shopId, templateId, copy: 0, fileName: 'theirs.png' }
    const stored = { number, remotePath: `/nas/${number}.png`, sha256, ...(rev === undefined ? {} : { rev }) }
    return catalog.write(() =>
      catalog.designs.addKnown({ ...design, fingerprint: { ...fingerprint, pixels: null, sha256 } }, stored),
    )
  }
  const batch = { id: 'b', shopId, templateId, createdAt: 1, policy, priority: 'normal', state: 'active' } as const
  await catalog.write(() => catalog.batches.add({ ...batch, ignoredCount: 0, linksOut: 0 }, []))
  await shop.addItem('mine', 'b', 'done')
  await know('before', 1, '0'.repeat(64))
  await know('mine', undefined, fingerprint.sha256)
  return {
    catalog,
    know,
    passes: () => passes,
    /** The record was stored at that rev, and the feed is read as far as another. */
    async recorded(rev: number, read: number) {
      await catalog.write(() => {
        noteRecheck(catalog, 'mine', rev)
        catalog.shops.setFeedCursor(shopId, read)
      })
      lane.wake()
      await vi.waitFor(async () => {
        await lane.abort('nothing')
        expect(lane.underWay()).toEqual([])
      })
      return catalog.twins.get('mine')
    },
    due: () => catalog.rechecks.due(9).length,
  }
}

const [ONE, OTHER] = ['1'.repeat(64), '2'.repeat(64)]

test('a look-alike that was read since, and stored before, is asked about, and the item stays done', async () => {
  const shop = await openStored()
  await shop.know('theirs', 9, ONE)
  expect(await shop.recorded(10, 10)).toMatchObject({ twinId: 'theirs', kind: 'near', state: 'open' })
  expect(shop.catalog.items.get('mine')?.state.stage).toBe('done')
  expect(shop.due()).toBe(0)
})

test('nothing is compared before all that was stored until then is read', async () => {
  const shop = await openStored()
  await shop.know('theirs', 8, ONE)
  expect(await shop.recorded(10, 9)).toBeNull()
  expect(shop.passes()).toBe(0)
  expect(await shop.recorded(10, 12)).toMatchObject({ twinId: 'theirs' })
})

test.each<[string, (shop: Awaited<ReturnType<typeof openStored>>) => unknown]>([
  ['stored later: its own workstation asks', (shop) => shop.know('theirs', 11, ONE)],
  ['known before', () => undefined],
  ['another one of this computer', (shop) => shop.know('mine too', undefined, ONE)],
  ['the same file: of that the service tells', (shop) => shop.know('theirs', 9, fingerprint.sha256)],
])('no question is asked about a design that was %s', async (_, prepare) => {
  const shop = await openStored()
  await prepare(shop)
  expect(await shop.recorded(10, 12)).toBeNull()
  expect(shop.due()).toBe(0)
})

test('no pass is made through the library where no colleague stored anything meanwhile', async () => {
  const shop = await openStored()
  expect(await shop.recorded(10, 10)).toBeNull()
  expect(shop.passes()).toBe(0)
})

test('what the batch keeps beside look-alikes, and what was said of the two, is not asked', async () => {
  const kept = await openStored({ ...ASK, onSimilar: 'keep' })
  await kept.know('theirs', 9, ONE)
  expect(await kept.recorded(10, 10)).toBeNull()

  const said = await openStored()
  await said.know('theirs', 9, ONE)
  await said.know('others', 9, OTHER)
  const { catalog } = said
  const shopId = catalog.items.get('mine')?.shopId ?? ''
  const of = { sha256: ONE, againstSha256: fingerprint.sha256, designId: 'theirs', againstId: 'mine' }
  await catalog.write(() => catalog.decisions.put(shopId, { ...of, decision: 'not-duplicate' }))
  expect(await said.recorded(10, 10)).toMatchObject({ twinId: 'others' })
})

test('an item of which the service told that another has its bytes is asked about once', async () => {
  const shop = await openStored()
  await shop.know('theirs', 9, ONE)
  const equal = { id: 'equal', template: 'UVDTF 16oz', number: 7, remotePath: '/nas/7.png', device: null }
  await shop.catalog.write(() => noteTwin(shop.catalog, 'mine', equal))
  expect(await shop.recorded(10, 10)).toMatchObject({ twinId: 'equal', kind: 'exact' })
})
