import { expect, test } from 'vitest'
import { failure } from '../../../shared/domain/failure.ts'
import type { Undone } from '../../../shared/domain/match.ts'
import { ok } from '../../../shared/domain/result.ts'
import type { Notice } from '../../stores/window-slice.ts'
import { createReviewSlice, lookedAt, type ReviewSlice } from './review-slice.ts'

test('after a decision the next design takes the place of the decided one', () => {
  expect(lookedAt(['a', 'c', 'd'], 'b', 1)).toBe('c')
})

test('after the last was decided the one before it is looked at, and none when all are', () => {
  expect(lookedAt(['a', 'b'], 'c', 2)).toBe('b')
  expect(lookedAt([], 'c', 0)).toBeNull()
})

test('what was chosen stays chosen while it is there', () => {
  expect(lookedAt(['a', 'b', 'c'], 'c', 0)).toBe('c')
})

/** A review whose engine undoes as told. */
function reviewThat(undone: Undone): { readonly review: () => ReviewSlice; readonly notices: Notice[] } {
  const notices: Notice[] = []
  const bridge = { decide: async () => ok(null), undoDecisions: async () => ok(undone) }
  let state: ReviewSlice
  const set = (change: Partial<ReviewSlice> | ((before: ReviewSlice) => Partial<ReviewSlice>)): void => {
    state = { ...state, ...(typeof change === 'function' ? change(state) : change) }
  }
  state = createReviewSlice(
    bridge,
    (notice) => notices.push(notice),
    set,
    () => state,
  )
  return { review: () => state, notices }
}

test('a replacement of long ago is taken back by itself, and the decisions of today stay to be undone', async () => {
  const { review, notices } = reviewThat({ reopened: ['old'], kept: [], refused: [] })
  await review().decide(['today'], 'keep')
  await review().takeBack(['old'])
  expect(notices.at(-1)).toEqual({ kind: 'undone', reopened: 1, kept: 0 })
  expect([review().reviewCursor, review().decided]).toEqual(['old', [['today']]])
})

test('what could not be undone says why, and can be asked for once more', async () => {
  const refused = [{ itemId: 'a', failure: failure('nas-unreachable') }]
  const { review, notices } = reviewThat({ reopened: ['b'], kept: [], refused })
  await review().decide(['a', 'b'], 'keep')
  await review().undo()
  expect(notices.at(-1)).toEqual({ kind: 'failure', failure: failure('nas-unreachable') })
  expect(review().decided).toEqual([['a']])
})

test('nothing is replaced before a person was asked and said yes', async () => {
  const { review, notices } = reviewThat({ reopened: [], kept: [], refused: [] })
  await review().decide(['a'], 'replace')
  expect([review().replacing, notices]).toEqual(['a', []])
  await review().answerReplace(false)
  expect([review().replacing, notices]).toEqual([null, []])
  await review().decide(['a'], 'replace')
  await review().answerReplace(true)
  expect([review().replacing, review().decided]).toEqual([null, [['a']]])
  expect(notices).toEqual([{ kind: 'decided', decision: 'replace', files: 1 }])
})
