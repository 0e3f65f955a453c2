import { expect, test } from 'vitest'
import { isContested, isSame, shownDraft, typedInto } from './draft-slice.ts'

const saved = { host: 'nas.local', port: '22', root: '/designs' }

test('what was typed is kept, and all else follows what is saved elsewhere meanwhile', () => {
  const kept = typedInto(undefined, saved, { host: 'nas2.local' }) ?? undefined
  const elsewhere = { ...saved, root: '/share' }
  expect(shownDraft(kept, elsewhere)).toEqual({ host: 'nas2.local', port: '22', root: '/share' })
  expect(isContested(kept, elsewhere)).toBe(false)
})

test('a field that was changed here and elsewhere is not replaced without a word', () => {
  const kept = typedInto(undefined, saved, { host: 'nas2.local' }) ?? undefined
  expect(isContested(kept, { ...saved, host: 'nas3.local' })).toBe(true)
  // Typing on is no leave to replace it, and what was saved before the first key counts.
  const more = typedInto(kept, { ...saved, host: 'nas3.local' }, { host: 'nas22.local', port: '2222' }) ?? undefined
  expect(isContested(more, { ...saved, host: 'nas3.local' })).toBe(true)
  expect(isContested(kept, { ...saved, host: 'nas2.local' })).toBe(false)
})

test('a field begun after another was saved elsewhere is not told to be in conflict with that', () => {
  const kept = typedInto(undefined, saved, { host: 'nas2.local' }) ?? undefined
  const elsewhere = { ...saved, port: '2222' }
  const more = typedInto(kept, elsewhere, { port: '2200' }) ?? undefined
  expect(isContested(more, elsewhere)).toBe(false)
})

test('what is typed back is no draft any more', () => {
  const kept = typedInto(undefined, saved, { host: 'nas2.local' }) ?? undefined
  expect(typedInto(kept, saved, { host: saved.host })).toBeNull()
})

test('lists and the order of fields are compared by what they say', () => {
  expect(isSame({ a: [1, { b: 2 }], c: null }, { c: null, a: [1, { b: 2 }] })).toBe(true)
  for (const other of [{ a: [1, { b: 3 }], c: null }, { a: [1], c: null }, { a: [1, { b: 2 }] }, null])
    expect(isSame({ a: [1, { b: 2 }], c: null }, other)).toBe(false)
})
