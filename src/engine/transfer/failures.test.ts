import { expect, test } from 'vitest'
import { faultOf, refusalFailure, type SpaceInfo, sourceFailure } from './failures.ts'

const errorWith = (fields: object, message = 'words'): Error => Object.assign(new Error(message), fields)

const full: SpaceInfo = { freeBytes: 100, readOnly: false }
test.each([
  ['permission denied', 3, null, 'permission-denied'],
  ['failure on a full disk', 4, full, 'nas-full'],
  ['failure on a read-only disk', 4, { freeBytes: 0, readOnly: true }, 'nas-read-only'],
  ['failure with room left', 4, { freeBytes: 1e9, readOnly: false }, 'nas-failure'],
  ['failure of a server that cannot tell its space', 4, null, 'nas-failure'],
  ['a status nobody knows', 99, full, 'nas-failure'],
] as const)('refused: %s', async (_name, status, space, code) => {
  const fault = faultOf(errorWith({ code: status }))
  expect((await refusalFailure(fault, '/nas/shop', { space: async () => space }, 1000)).code).toBe(code)
})

test('a channel that ends under a request is a lost connection, not a refusal', () => {
  expect(faultOf(new Error('No response from server'))).toMatchObject({
    kind: 'lost',
    failure: { code: 'connection-lost' },
  })
})

test.each([
  ['ENOENT', 'source-gone'],
  ['ENOTDIR', 'source-gone'],
  ['EACCES', 'source-unreadable'],
  ['EIO', 'source-unreadable'],
])('the dropped file: %s', (code, expected) => {
  expect(sourceFailure(errorWith({ code }), '/a.png').code).toBe(expected)
})
