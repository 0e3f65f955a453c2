import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quote } from './verify-bytes.ts'

test.skipIf(process.platform === 'win32')('a shell takes a quoted path as one word, whatever is in it', () => {
  const path = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(path, (word) => {
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' })).toBe(word)
    }),
    { numRuns: 40, examples: [["it's"], ['-rf /; $(x) `y` "z"\n'], ["'"]] },
  )
})
