import { expect, test } from 'vitest'
import { decodeText } from './decode-text.ts'

const TEXT = 'straße 9\r\n'
const LITTLE = Buffer.from(TEXT, 'utf16le')

test.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16 LE with a mark, as PowerShell writes', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16 BE with a mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ['UTF-16 LE without a mark', LITTLE],
  ['UTF-16 BE without a mark', Buffer.from(LITTLE).swap16()],
])('%s is read as the text that it is', (_name, bytes) => {
  expect(decodeText(bytes)).toBe(TEXT)
})

test('nothing, and a single letter, are what they are', () => {
  expect([decodeText(Buffer.alloc(0)), decodeText(Buffer.from('x'))]).toEqual(['', 'x'])
})
