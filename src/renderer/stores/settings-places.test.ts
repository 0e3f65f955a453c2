import { expect, test } from 'vitest'
import { sampleShop } from '../../../test/support/renderer-preview/sample.ts'
import { missingPlace } from './settings-places.ts'

test('a shop that lacks both is led to its NAS first, and one that has all nowhere', () => {
  const setup = sampleShop('real')
  const bare = { ...setup.shop, nas: null }
  expect([
    missingPlace(setup),
    missingPlace({ ...setup, templates: [] }),
    missingPlace({ ...setup, shop: bare }),
    missingPlace({ ...setup, shop: bare, templates: [] }),
  ]).toEqual([null, 'template', 'host', 'host'])
})
