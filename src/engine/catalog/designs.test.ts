import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'

const { fingerprint } = sampleRecord(1)
const { sha256 } = fingerprint

/** One more design with the same bytes, standing on the NAS. */
function stored(shop: { readonly shopId: string; readonly templateId: string }, copy: number) {
  const id = `copy ${copy}`
  const { shopId, templateId } = shop
  return [
    { id, shopId, templateId, copy, fileName: `${id}.png`, fingerprint },
    { number: copy + 1, remotePath: `/shop/UV ${copy + 1}.png`, sha256 },
  ] as const
}

test('what stands on the NAS stays in the library, though its item ended without a record', async () => {
  await using shop = await openTestCatalog()
  const { designs, write } = shop.catalog
  const [design, place] = stored(shop, 0)
  await write(() => designs.addPending({ ...design, id: 'on its way' }))
  await write(() => designs.addKnown(design, place))
  await write(() => {
    for (const id of ['on its way', design.id]) designs.removePending(id)
  })
  expect(designs.exact(shop.templateId, sha256, '').map(({ id }) => id)).toEqual([design.id])
})

test('the ordinal of a copy is not given again when one before it was replaced', async () => {
  await using shop = await openTestCatalog()
  const { designs, write } = shop.catalog
  for (const copy of [0, 1]) await write(() => designs.addKnown(...stored(shop, copy)))
  const [, place] = stored(shop, 0)
  await write(() => designs.takePlace(shop.templateId, place, 'another design'))
  expect(designs.exact(shop.templateId, sha256, '')).toHaveLength(1)
  expect(designs.nextCopy(shop.templateId, sha256)).toBe(2)
})

test('how large a design’s picture is stays known when its item is gone, and is not guessed of older ones', async () => {
  await using shop = await openTestCatalog()
  const { designs, write } = shop.catalog
  const [design, place] = stored(shop, 0)
  const pixels = { digest: '0'.repeat(32), place: '12,7,2850x1299' }
  await write(() => designs.addKnown({ ...design, fingerprint: { ...fingerprint, pixels } }, place))
  await write(() => designs.addKnown({ ...design, id: 'older', fingerprint: { ...fingerprint, pixels: null } }, place))
  expect(designs.pixelsOf(design.id)).toEqual({ width: 2850, height: 1299 })
  expect([designs.pixelsOf('older'), designs.pixelsOf('no such design')]).toEqual([null, null])
})
