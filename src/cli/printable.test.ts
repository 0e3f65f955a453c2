import { expect, test } from 'vitest'
import { clipMiddle, printable } from './printable.ts'

test('nothing in a name commands the terminal, or turns its text around', () => {
  const unsafe = ['\u0000', '\u001b', '\u007f', '\u009b', '\u061c', '\u200e', '\u200f', '\u2028', '\u202e', '\u2069']
  for (const char of unsafe) {
    const code = char.codePointAt(0)?.toString(16)
    expect(printable(`a${char}b${char}`)).toBe(`a\\u{${code}}b\\u{${code}}`)
  }
  for (const plain of ['日本語.png', 'ñandú 🎃.png', 'a b-c_d.png']) expect(printable(plain)).toBe(plain)
})

test('a name is cut in its middle, by what is seen of it, and only where it is too long', () => {
  expect(clipMiddle('abcdefghij', 10)).toBe('abcdefghij')
  expect(clipMiddle('abcdefghijk', 10)).toBe('abcde…hijk')
  const pumpkins = '🎃'.repeat(10)
  expect([clipMiddle(pumpkins, 10), clipMiddle(pumpkins, 5)]).toEqual([pumpkins, '🎃🎃…🎃🎃'])
})
