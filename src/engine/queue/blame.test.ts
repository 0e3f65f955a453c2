import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBlame } from './blame.ts'

type Happening = readonly [what: 'stored' | 'refused', item: string]

const happenings = fc.array(
  fc.tuple(fc.constantFrom('stored' as const, 'refused' as const), fc.constantFrom('a', 'b', 'c', 'd')),
  { maxLength: 40 },
)

/** What each happening was taken for: true where the item is to blame. */
function play(all: readonly Happening[]): boolean[] {
  const blame = createBlame()
  return all.map(([what, item]) => {
    const isBlamed = what === 'refused' && blame.isOwnFault('f', item)
    blame[what]('f', item)
    return isBlamed
  })
}

test('a folder that refuses everything blames no file, however often each is tried', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const refusals = all.map(([, item]) => ['refused', item] as const)
      expect(play(refusals)).not.toContain(true)
    }),
  )
})

test('one that is refused among files that are taken is to blame from then on, once another was taken', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('good', 'bad'), { maxLength: 30 }), (order) => {
      const all = order.map((item, n) => (item === 'bad' ? ['refused', 'bad'] : ['stored', `good ${n}`]) as Happening)
      const first = order.indexOf('bad')
      const taken = order.indexOf('good', first)
      const expected = order.map((item, n) => item === 'bad' && first >= 0 && taken >= 0 && n > taken)
      expect(play(all)).toEqual(expected)
    }),
  )
})

test('nobody is to blame without proof: another file was taken since its first refusal, and none was refused in doubt since', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const blamed = play(all)
      for (const [at, [, item]] of all.entries()) {
        if (blamed[at] !== true) continue
        const before = all.slice(0, at)
        const since = before.slice(before.findLastIndex(([what, other]) => what === 'stored' && other === item) + 1)
        const first = since.findIndex(([what, other]) => what === 'refused' && other === item)
        const lastTaken = since.findLastIndex(([what]) => what === 'stored')
        expect(first).toBeGreaterThanOrEqual(0)
        expect(lastTaken).toBeGreaterThan(first)
        const offset = before.length - since.length
        const doubts = all.flatMap(([what, other], n) =>
          n > lastTaken + offset && n < at && what === 'refused' && other !== item && blamed[n] === false
            ? [other]
            : [],
        )
        expect(doubts).toEqual([])
      }
    }),
  )
})

test('two that are refused among files that are taken are both to blame', () => {
  const order = ['a', 'b', 'good', 'a', 'b', 'a']
  const blamed = play(order.map((item) => [item === 'good' ? 'stored' : 'refused', item]))
  expect(blamed).toEqual([false, false, false, true, true, true])
})

test('what one folder takes says nothing of another', () => {
  const blame = createBlame()
  blame.refused('f', 'a')
  blame.stored('other', 'b')
  expect(blame.isOwnFault('f', 'a')).toBe(false)
})
