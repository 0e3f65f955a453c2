import { expect, test } from 'vitest'
import { batchView } from '../../../test/support/batch-view.ts'
import { byDrop } from './review.ts'

test('questions are numbered in the order of the drops, so that a number stays while nothing before it is decided', () => {
  const dropped = [batchView('b', { createdAt: 2 }), batchView('c', { createdAt: 1 }), batchView('a', { createdAt: 2 })]
  expect(dropped.toSorted(byDrop).map(({ id }) => id)).toEqual(['c', 'a', 'b'])
})
