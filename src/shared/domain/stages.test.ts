import { expect, test } from 'vitest'
import { SAMPLE_STATES } from '../../../test/support/sample-item.ts'
import { factsOf, isActive, isEnded, isInHand, isToSend, stagesWhere } from './stages.ts'

test('what a lane takes up leads to a stage that leads back, and to no other', () => {
  for (const stage of stagesWhere(() => true)) {
    const { claimedTo, releasedTo } = factsOf(stage)
    if (claimedTo !== undefined) expect(factsOf(claimedTo).releasedTo).toBe(stage)
    if (releasedTo !== undefined) expect(factsOf(releasedTo).claimedTo).toBe(stage)
  }
})

test('every stage stands in the table and among the samples of the tests', () => {
  expect(new Set(SAMPLE_STATES.map(({ stage }) => stage))).toEqual(new Set(stagesWhere(() => true)))
})

test('what is only shown counts as what is written down meanwhile', () => {
  expect([isActive('verifying'), isInHand('hashing'), isToSend('verifying'), isEnded('hashing')]).toEqual([
    true,
    true,
    false,
    false,
  ])
})
