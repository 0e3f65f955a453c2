import { expect, test } from 'vitest'
import { faultOf, openingFailure, refusalFailure, type SpaceInfo, sourceFailure } from './failures.ts'

const errorWith = (fields: object, message = 'words'): Error => Object.assign(new Error(message), fields)

test.each([
  ['ECONNREFUSED', 'reach', { code: 'ECONNREFUSED', level: 'client-socket' }, 'nas-unreachable'],
  ['an unknown host name', 'reach', { code: 'ENOTFOUND' }, 'nas-unreachable'],
  ['a reset while signing in', 'sign-in', { code: 'ECONNRESET' }, 'nas-unreachable'],
  ['a close without error while signing in', 'sign-in', {}, 'nas-unreachable'],
  ['all ways to sign in refused', 'sign-in', { level: 'client-authentication' }, 'needs-sign-in'],
  ['the server hanging up on a wrong password', 'sign-in', { code: 2 }, 'needs-sign-in'],
  ['no SFTP on the server', 'channel', {}, 'nas-failure'],
] as const)('opening: %s', (_name, phase, fields, code) => {
  expect(openingFailure(errorWith(fields), phase).code).toBe(code)
})

test('several addresses that all refuse still have words', () => {
  const error = new AggregateError([new Error('one'), new Error('two')])
  expect(openingFailure(Object.assign(error, { code: 'ECONNREFUSED' }), 'reach').detail).toBe('ECONNREFUSED')
})

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
  expect((await refusalFailure(fault, '/nas/shop', 1000, async () => space)).code).toBe(code)
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
