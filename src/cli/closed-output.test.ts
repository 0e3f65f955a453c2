import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { untilUnread } from './closed-output.ts'

test('a reader that went is no fault, and any other is', () => {
  const [out, err] = [new EventEmitter(), new EventEmitter()]
  const unread = untilUnread([out, err])
  const errorOf = (code: string) => Object.assign(new Error(code), { code })
  expect(() => out.emit('error', errorOf('ENOSPC'))).toThrow('ENOSPC')
  expect(unread.aborted).toBe(false)
  err.emit('error', errorOf('EPIPE'))
  expect(unread.aborted).toBe(true)
})
