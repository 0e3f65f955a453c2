import { expect, test } from 'vitest'
import { codec } from './clone-codec.ts'

const roundTrip = (value: unknown): unknown => codec.decode(codec.encode(value))

test('cycles and shared objects stay what they are', () => {
  const shared = { at: new Date(5) }
  const root: Record<string, unknown> = { shared, again: shared }
  root.self = root
  const back = roundTrip(root) as typeof root
  expect(back.self).toBe(back)
  expect(back.again).toBe(back.shared)
  expect(back.shared).toEqual(shared)
})

test.each([
  ['an invalid date', new Date(Number.NaN)],
  ['a view into a larger buffer', new Uint16Array([1, 2, 3]).subarray(1)],
  ['a key that would change the prototype', JSON.parse('{"__proto__": {"polluted": true}}') as object],
  ['a text with everything in it', 'é\u0000\u2028𝄞"\\'],
  ['a regular expression', /a"b/giu],
  ['nothing', undefined],
])('%s survives', (_name, value) => {
  expect(roundTrip(value)).toEqual(value)
})

test('an error keeps its kind, message and cause', () => {
  const back = roundTrip(new RangeError('too far', { cause: { metres: 3 } }))
  expect(back).toBeInstanceOf(RangeError)
  expect(back).toMatchObject({ message: 'too far', cause: { metres: 3 } })
})

test.each([
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a promise', Promise.resolve()],
  ['a weak map', new WeakMap()],
])('%s is refused, also inside an object', (_name, value) => {
  expect(() => codec.encode({ value })).toThrow('could not be cloned')
})
