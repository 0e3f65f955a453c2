import { expect, test } from 'vitest'
import { holdKeysOfComputer, holdKeysOfShop, holdKeyText } from './hold-key.ts'
import { factsOf, stagesWhere } from './stages.ts'

test('another try lifts whatever a stage waits for, and the sweep, and nothing of another shop', () => {
  const lifted = [...holdKeysOfComputer(), ...holdKeysOfShop('shop', [{ id: 'mug' }, { id: 'sticker' }])]
  const kinds = new Set<string>(lifted.map(({ kind }) => kind))
  const waitedFor = stagesWhere(() => true).flatMap((stage) => factsOf(stage).needs ?? [])
  // A person ends these, and each item's own turn is lifted with the item.
  const others = ['pause', 'timetable', 'library', 'item']
  expect([...waitedFor, 'sweep'].filter((need) => !kinds.has(need) && !others.includes(need))).toEqual([])
  expect(kinds.has('local')).toBe(false)
  const places = lifted.flatMap((key) => ('shopId' in key ? key.shopId : 'templateId' in key ? key.templateId : []))
  expect(new Set(places)).toEqual(new Set(['shop', 'mug', 'sticker']))
})

test('a key is written as catalogs have it', () => {
  expect([
    holdKeyText({ kind: 'nas', shopId: 's' }),
    holdKeyText({ kind: 'catch-up', shopId: 's' }),
    holdKeyText({ kind: 'folder', templateId: 't' }),
    holdKeyText({ kind: 'item', itemId: 'i' }),
    holdKeyText({ kind: 'local' }),
  ]).toEqual(['nas:s', 'catch-up:s', 'folder:t', 'item:i', 'local'])
})
