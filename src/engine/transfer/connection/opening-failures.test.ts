import { expect, test } from 'vitest'
import { openingFailure } from './opening-failures.ts'

const errorWith = (fields: object, message = 'words'): Error => Object.assign(new Error(message), fields)

test.each([
  ['ECONNREFUSED', 'reach', { code: 'ECONNREFUSED', level: 'client-socket' }, 'nas-unreachable'],
  ['an unknown host name', 'reach', { code: 'ENOTFOUND' }, 'nas-unreachable'],
  ['a reset while signing in', 'sign-in', { code: 'ECONNRESET' }, 'nas-unreachable'],
  ['a close without error while signing in', 'sign-in', {}, 'nas-unreachable'],
  ['all ways to sign in refused', 'sign-in', { level: 'client-authentication' }, 'needs-sign-in'],
  ['the server hanging up on a wrong password', 'sign-in', { code: 2 }, 'needs-sign-in'],
  ['too many connections while signing in', 'sign-in', { code: 12 }, 'session-refused'],
  ['a server that is restarted while signing in', 'sign-in', { code: 7 }, 'nas-unreachable'],
  ['too many connections before that', 'handshake', { code: 12 }, 'session-refused'],
  ['a goodbye after the sign-in', 'channel', { code: 2 }, 'session-refused'],
  ['a reset after the sign-in', 'channel', { code: 'ECONNRESET' }, 'session-refused'],
  ['a network that is gone after the sign-in', 'channel', { code: 'ETIMEDOUT' }, 'nas-unreachable'],
  ['a close after the sign-in', 'channel', {}, 'session-refused'],
  ['a goodbye of a connection that was open', 'open', { code: 2 }, 'connection-lost'],
] as const)('opening: %s', (_name, phase, fields, code) => {
  expect(openingFailure(errorWith(fields), phase).code).toBe(code)
})

test('several addresses that all refuse still have words', () => {
  const error = new AggregateError([new Error('one'), new Error('two')])
  expect(openingFailure(Object.assign(error, { code: 'ECONNREFUSED' }), 'reach').detail).toBe('ECONNREFUSED')
})
