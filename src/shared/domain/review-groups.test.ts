import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Match, MatchKind } from './match.ts'
import { reviewGroups } from './review-groups.ts'

const match = (id: string, kind: MatchKind = 'near'): Match => ({
  kind,
  against: 'design',
  id,
  fileName: `${id}.png`,
  phashDistance: 1,
  dhashDistance: 1,
  correlation: 0.99,
})

test('50 files that look like one design are one question', () => {
  const items = Array.from({ length: 50 }, (_, n) => ({ id: `item ${n}`, matches: [match('rose')] }))
  expect(reviewGroups(items)).toEqual([{ id: 'item 0', itemIds: items.map(({ id }) => id) }])
})

test('files of two designs are one question when one of them looks like both, and two when it is only similar to one', () => {
  const items = (kind: MatchKind) => [
    { id: 'a', matches: [match('rose')] },
    { id: 'b', matches: [match('tulip')] },
    { id: 'c', matches: [match('rose'), match('tulip', kind)] },
  ]
  expect(reviewGroups(items('near')).map(({ itemIds }) => itemIds)).toEqual([['a', 'b', 'c']])
  expect(reviewGroups(items('similar')).map(({ itemIds }) => itemIds)).toEqual([['a', 'c'], ['b']])
})

test('another colour of a design is a question apart from its copies', () => {
  const items = [
    { id: 'a', matches: [match('rose')] },
    { id: 'b', matches: [match('rose', 'recoloured')] },
    { id: 'c', matches: [match('rose', 'recoloured'), match('tulip', 'recoloured')] },
  ]
  expect(reviewGroups(items).map(({ itemIds }) => itemIds)).toEqual([['a'], ['b', 'c']])
})

test('every file is in one group, and the groups are the same in whatever order the files come', () => {
  const designs = fc.array(fc.constantFrom('p', 'q', 'r', 's'), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(fc.array(designs, { maxLength: 12 }), fc.integer(), (looks, turn) => {
      const items = looks.map((ids, n) => ({ id: `item ${n}`, matches: ids.map((id) => match(id)) }))
      const at = items.length === 0 ? 0 : Math.abs(turn) % items.length
      const turned = [...items.slice(at), ...items.slice(0, at)]
      const asSets = (groups: ReturnType<typeof reviewGroups>) =>
        groups.map(({ id, itemIds }) => `${id}: ${itemIds.toSorted().join(' ')}`).sort()
      const groups = reviewGroups(items)
      expect(asSets(reviewGroups(turned))).toEqual(asSets(groups))
      expect(groups.flatMap(({ itemIds }) => itemIds).sort()).toEqual(items.map(({ id }) => id).sort())
    }),
  )
})

test('a chain of 20,000 files, of which each looks like the next, is one group', () => {
  const name = (n: number): string => `design ${String(n).padStart(6, '0')}`
  const items = Array.from({ length: 20_000 }, (_, n) => ({
    id: `item ${n}`,
    matches: [match(name(20_000 - n)), match(name(20_001 - n))],
  }))
  expect(reviewGroups(items)).toHaveLength(1)
})
