import { expect, test } from 'vitest'
import { describeFailure, failure } from './failure.ts'

test('the particulars do not stand between two sentences, nor bring a second full stop', () => {
  expect(describeFailure(failure('damaged-image', 'libpng: crc.'))).toBe(
    'The picture is damaged or cut short (libpng: crc). Export the design again.',
  )
  expect(describeFailure(failure('empty-file'))).toBe('The file is empty. Export the design again.')
})

test('particulars with a dollar in them are told as they are', () => {
  expect(describeFailure(failure('nas-failure', "$& $' a.png"))).toContain("($& $' a.png).")
})
