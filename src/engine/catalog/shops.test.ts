import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { expectOk } from '../../../test/support/engine.ts'
import { openCatalog } from './open-catalog.ts'

test('a template is matched as its shop says, and as most do where that says nothing', async () => {
  await using shop = await openTestCatalog()
  const { shops } = shop.catalog
  const saved = shops.shop(shop.shopId)
  if (saved === null) throw new Error('no shop')
  expect(shops.matchingOf(shop.templateId)).toBe('balanced')
  await shop.catalog.write(() => shops.saveShop({ ...saved, matching: 'loose' }))
  expect(shops.matchingOf(shop.templateId)).toBe('loose')
  expect(shops.shop(shop.shopId)).toEqual({ ...saved, matching: 'loose' })
  await shop.catalog.write(() => shops.saveShop(saved))
  expect(shops.matchingOf(shop.templateId)).toBe('balanced')
})

const RULES = { widthInches: 9, heightInches: 4, dpi: 300, fit: 'contain', namePattern: 'UV {number}' } as const

test('a template keeps its code and its folder whatever it and its shop are called, and no other one gets them', async () => {
  await using opened = await openTestCatalog()
  const { catalog, shopId, templateId } = opened
  await catalog.write(() => {
    catalog.shops.saveTemplate({ id: templateId, shopId, name: 'Cup', ...RULES })
    catalog.shops.saveShop({ id: shopId, name: 'Other', kind: 'real', nas: null, backendUrl: null })
    catalog.shops.saveTemplate({ id: 'new', shopId, name: 'UVDTF 16oz', ...RULES })
  })
  expect(catalog.shops.templates(shopId)).toMatchObject([
    { name: 'Cup', code: 'UVDTF 16oz', folder: 'Test shop/UVDTF 16oz', revision: 0, sharedId: templateId },
    { name: 'UVDTF 16oz', code: 'UVDTF 16oz (2)', folder: 'Other/UVDTF 16oz (2)' },
  ])
})

test('templates of the shop that swapped their names are taken one after the other; one of this computer alone gives way', async () => {
  await using opened = await openTestCatalog()
  const { catalog, shopId, templateId } = opened
  const theirs = (id: string, name: string) =>
    ({ ...RULES, id, name, code: id, folder: `Shop/${id}`, placeId: null, revision: 2 }) as const
  await catalog.write(() => {
    catalog.shops.shareTemplate({ id: 'a', shopId }, theirs('a', 'Mug'))
    catalog.shops.shareTemplate({ id: 'b', shopId }, theirs('b', 'Cup'))
    catalog.shops.shareTemplate({ id: 'a', shopId }, theirs('a', 'Cup'))
    catalog.shops.shareTemplate({ id: 'b', shopId }, theirs('b', 'Mug'))
    catalog.shops.shareTemplate({ id: 'c', shopId }, theirs('c', 'UVDTF 16oz'))
  })
  const named = catalog.shops.templates(shopId).map(({ id, name, revision }) => [id, name, revision])
  expect(named).toEqual([
    ['a', 'Cup', 2],
    ['b', 'Mug', 2],
    ['c', 'UVDTF 16oz', 2],
    [templateId, 'UVDTF 16oz (2)', 0],
  ])
})

test('templates from before each kept its folder have the one that they had', async () => {
  await using opened = await openTestCatalog()
  const { catalog, shopId, dataDir } = opened
  await catalog.close()
  const database = new Sqlite(join(dataDir, 'catalog.sqlite'))
  database.exec(`UPDATE templates SET folder = '', code = 'A/B'`)
  database.close()
  const again = expectOk(openCatalog(dataDir, Date.now, () => undefined))
  expect(again.shops.templates(shopId)).toMatchObject([{ code: 'A/B', folder: 'Test shop/A_B' }])
  await again.close()
})
