import { expect, test } from 'vitest'
import { SAMPLE_STATES } from '../../../test/support/sample-item.ts'
import { holdKeysAt, holdKeysOfShop } from './hold-keys.ts'

test('whatever work of a shop waits for is lifted by another try, and nothing of another shop', () => {
  const place = { shopId: 'shop', templateId: 'mug' }
  const ofNoShop = new Set(['worker:imaging', 'worker:transfer', 'prepare', 'index'])
  const waitedFor = SAMPLE_STATES.flatMap(({ stage }) => holdKeysAt(stage, place)).filter((key) => !ofNoShop.has(key))
  const lifted = holdKeysOfShop('shop', [{ id: 'mug' }, { id: 'sticker' }])
  expect(new Set(lifted)).toEqual(new Set([...waitedFor, 'folder:sticker', 'sweep:shop']))
})
