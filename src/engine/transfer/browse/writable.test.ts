import { expect, test } from 'vitest'
import { writableOf } from './writable.ts'

const ls = (owner: string): string => `drwxr-xr-x    4 ${owner}    staff        4096 Nov 29 10:00 designs`

test.each([
  ['no attributes at all', { mode: undefined, uid: undefined }, '', 'unknown'],
  ['what everybody may write', { mode: 0o40777, uid: 0 }, '', 'yes'],
  ['what everybody may write but not enter', { mode: 0o40756, uid: 0 }, '', 'no'],
  ["the user's own", { mode: 0o40755, uid: 1026 }, ls('ana'), 'yes'],
  ["the user's own without the right", { mode: 0o40575, uid: 1026 }, ls('ana'), 'no'],
  ["another's", { mode: 0o40755, uid: 1027 }, ls('ben'), 'no'],
  ["another's, whose group or access list may write", { mode: 0o40775, uid: 1027 }, ls('ben'), 'unknown'],
  ["root's, behind a virtual root where nobody has a name", { mode: 0o40755, uid: 0 }, ls('0'), 'no'],
  ["somebody's without a name", { mode: 0o40755, uid: 1026 }, ls('1026'), 'unknown'],
  ["somebody's without a name, who may not either", { mode: 0o40555, uid: 1026 }, ls('1026'), 'no'],
  ["under an access list of Windows' kind", { mode: 0o40000, uid: 0 }, ls('root'), 'unknown'],
  [
    'with the mark of an access list behind its letters',
    { mode: 0o40755, uid: 1026 },
    ls('ana').replace(' ', '+'),
    'yes',
  ],
] as const)('of a folder with %s, no more is claimed than is known', (_, { mode, uid }, longname, writable) => {
  expect(writableOf({ mode, uid, longname }, 'ana')).toBe(writable)
})

test('root is not told that it may not, but that the attributes do not say', () => {
  expect(writableOf({ mode: 0o40555, uid: 1026, longname: ls('ben') }, 'root')).toBe('unknown')
  expect(writableOf({ mode: 0o40755, uid: 0, longname: ls('root') }, 'root')).toBe('yes')
})
