import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'

const { id, fingerprint } = sampleRecord(1)
const LAN = { id: 'nas', root: '/volume1/designs', isTold: false }
const VPN = { ...LAN, root: '/' }

/** A catalog that knows one design at that path. */
async function openKnowing(remotePath: string) {
  const shop = await openTestCatalog()
  const { catalog, shopId, templateId } = shop
  await catalog.write(() => {
    catalog.designs.addKnown(
      { id, shopId, templateId, fileName: 'a.png', copy: 0, fingerprint },
      { number: 1, remotePath, sha256: fingerprint.sha256 },
    )
  })
  const prove = (place: typeof LAN): Promise<void> => catalog.write(() => catalog.places.prove(shopId, place))
  const path = (): string | null => catalog.designs.stored(id)?.remotePath ?? null
  return { ...shop, prove, path }
}

test('what lies in a place is found by each way that leads there, and what lies beside it stays where it was', async () => {
  await using shop = await openKnowing('/volume1/designs/Shop/Mug/1.png')
  await shop.prove(LAN)
  expect(shop.path()).toBe('/volume1/designs/Shop/Mug/1.png')
  await shop.prove(VPN)
  expect(shop.path()).toBe('/Shop/Mug/1.png')
  await shop.prove(LAN)
  expect(shop.path()).toBe('/volume1/designs/Shop/Mug/1.png')

  await using beside = await openKnowing('/volume1/designs of old/1.png')
  await beside.prove(LAN)
  await beside.prove({ ...LAN, root: '/designs' })
  expect(beside.path()).toBe('/volume1/designs of old/1.png')
})

test.each(['../other shop/1.png', 'Shop/../../1.png', '', 'Shop//1.png', '.'])(
  'a record of a file at %j in the place is of one that is not found',
  async (path) => {
    await using shop = await openKnowing('/volume1/designs/Shop/Mug/1.png')
    await shop.prove(LAN)
    const { places } = shop.catalog
    const told = { placeId: LAN.id, remotePath: '/volume1/designs/Shop/1.png' }
    expect(places.pathsOf(shop.shopId)({ ...told, path: 'Shop/1.png' })).toBe('/volume1/designs/Shop/1.png')
    expect(places.pathsOf(shop.shopId)({ ...told, path })).toBeNull()
    expect(places.told(shop.shopId, `${LAN.root}/${path}`)).toEqual({})
  },
)

test('at another place nothing is looked for that lies in the first, and colleagues are heard anew', async () => {
  await using shop = await openKnowing('/volume1/designs/Shop/Mug/1.png')
  const { catalog, shopId } = shop
  await shop.prove(LAN)
  await catalog.write(() => catalog.shops.setFeedCursor(shopId, 7))
  await shop.prove(VPN)
  expect(catalog.shops.feedCursor(shopId)).toBe(7)
  await shop.prove({ ...LAN, id: 'other nas' })
  expect(shop.path()).toBeNull()
  expect(catalog.shops.feedCursor(shopId)).toBe(0)
})

test("a record's file is looked for where this workstation comes to its place, and told of so", async () => {
  await using shop = await openTestCatalog()
  const { catalog, shopId } = shop
  const { places } = catalog
  const theirs = { placeId: 'nas', path: 'Shop/Mug/1.png', remotePath: '/share/Shop/Mug/1.png' }
  // Whoever has proven no place goes by the path, as ever.
  expect(places.pathsOf(shopId)(theirs)).toBe('/share/Shop/Mug/1.png')
  expect(places.told(shopId, '/volume1/designs/Shop/Mug/1.png')).toEqual({})
  await catalog.write(() => places.prove(shopId, LAN))
  expect(places.pathsOf(shopId)(theirs)).toBe('/volume1/designs/Shop/Mug/1.png')
  expect(places.pathsOf(shopId)({ ...theirs, placeId: 'other nas' })).toBeNull()
  expect(places.pathsOf(shopId)({ remotePath: theirs.remotePath })).toBe(theirs.remotePath)
  expect(places.told(shopId, '/volume1/designs/Shop/Mug/1.png')).toEqual({ placeId: 'nas', path: theirs.path })
  expect(places.told(shopId, '/elsewhere/1.png')).toEqual({})
  await catalog.write(() => places.prove(shopId, VPN))
  expect(places.pathsOf(shopId)(theirs)).toBe('/Shop/Mug/1.png')
})

test('a record that is kept learns its place, and stays in its turn', async () => {
  await using shop = await openTestCatalog()
  const { catalog, shopId } = shop
  const [first, second] = [sampleRecord(1), sampleRecord(2)]
  const placed = { ...first, placeId: '00000000-0000-4000-8000-00000000000a', path: 'Mug/1.png' }
  const kept = () => catalog.kept.designsAfter(shopId, 0, 10).map(({ seq }) => catalog.kept.record(seq))
  await catalog.write(() => {
    catalog.kept.keepDesigns(shopId, [first, second, placed, first])
  })
  expect(kept()).toEqual([placed, second])
})
