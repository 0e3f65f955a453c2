import { expect, test } from 'vitest'
import { createScriptedBridge } from '../../../../test/support/renderer-preview/bridge.ts'
import { SCENES } from '../../../../test/support/renderer-preview/scenes.ts'
import { failure } from '../../../shared/domain/failure.ts'
import type { Undone } from '../../../shared/domain/match.ts'
import { ok } from '../../../shared/domain/result.ts'
import { createGalleyStore, type GalleyState } from '../../stores/galley-store.ts'
import type { Notice } from '../../stores/window-slice.ts'
import { lookedAt } from './review-slice.ts'

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

/** A window whose engine undoes decisions as told. */
function reviewThat(undone: Undone): { readonly review: () => GalleyState; readonly notices: Notice[] } {
  const scene = SCENES.empty
  if (scene === undefined) throw new Error('the scene changed')
  const bridge = { ...createScriptedBridge(scene()), undoDecisions: async () => ok(undone) }
  const store = createGalleyStore(bridge, { getItem: () => null, setItem: () => undefined })
  const notices: Notice[] = []
  store.subscribe(({ notice }, before) => {
    if (notice !== null && notice !== before.notice) notices.push(notice)
  })
  return { review: store.getState, notices }
}

test('a replacement of long ago is taken back by itself, and the decisions of today stay to be undone', async () => {
  const { review, notices } = reviewThat({ reopened: ['old'], kept: [], refused: [] })
  await review().decide(['today'], 'keep')
  await review().takeBack(['old'])
  expect(notices.at(-1)).toEqual({ kind: 'undone', reopened: 1, kept: 0 })
  expect([review().reviewCursor, review().deeds]).toEqual(['old', [{ kind: 'decided', itemIds: ['today'] }]])
})

test('what could not be undone says why, and can be asked for once more', async () => {
  const refused = [{ itemId: 'a', failure: failure('nas-unreachable') }]
  const { review, notices } = reviewThat({ reopened: ['b'], kept: [], refused })
  await review().decide(['a', 'b'], 'keep')
  await review().undo()
  expect(notices.at(-1)).toEqual({ kind: 'failure', failure: failure('nas-unreachable') })
  expect(review().deeds).toEqual([{ kind: 'decided', itemIds: ['a'] }])
})

test('nothing is replaced before a person was asked and said yes', async () => {
  const { review, notices } = reviewThat({ reopened: [], kept: [], refused: [] })
  await review().decide(['a'], 'replace')
  expect([review().replacing, notices]).toEqual(['a', []])
  await review().answerReplace(false)
  expect([review().replacing, notices]).toEqual([null, []])
  await review().decide(['a'], 'replace')
  await review().answerReplace(true)
  expect([review().replacing, review().deeds]).toEqual([null, [{ kind: 'decided', itemIds: ['a'] }]])
  expect(notices).toEqual([{ kind: 'decided', decision: 'replace', files: 1 }])
})
