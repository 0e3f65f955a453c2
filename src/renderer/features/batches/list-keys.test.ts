import { expect, test } from 'vitest'
import { movedIndex } from './list-keys.tsx'

test('keys move the cursor by a row, by a page or to an end, and never out of the list', () => {
  const from = (index: number) =>
    ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'].map((key) => movedIndex(key, index, 30))
  expect(from(10)).toEqual([9, 11, 2, 18, 0, 29])
  expect(from(0)).toEqual([0, 1, 0, 8, 0, 29])
  expect(from(29)).toEqual([28, 29, 21, 29, 0, 29])
  // Nothing is chosen yet.
  expect(from(-1)).toEqual([0, 0, 0, 7, 0, 29])
  expect(['r', ' ', 'Enter', 'Tab'].map((key) => movedIndex(key, 3, 30))).toEqual([null, null, null, null])
})
