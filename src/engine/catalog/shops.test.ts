import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'

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
