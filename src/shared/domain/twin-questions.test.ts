import { expect, test } from 'vitest'
import type { TwinView } from './batch.ts'
import type { MatchKind } from './match.ts'
import { twinQuestions } from './twin-questions.ts'

function item(id: string, batchId: string, kind: MatchKind, designId: string, state: TwinView['state'] = 'asked') {
  return { id, batchId, twin: { state, designId, kind, device: null, theirs: '/nas/1.png', keptUntil: null } }
}

test('equal files are one question for all of a batch, and those that look like one design another', () => {
  const items = [
    item('a', 'first', 'exact', '1'),
    item('b', 'first', 'near', '2'),
    item('c', 'first', 'exact', '3'),
    item('d', 'second', 'exact', '4'),
    item('e', 'second', 'same-picture', '2'),
    item('f', 'second', 'recoloured', '2'),
    item('kept', 'second', 'near', '2', 'kept'),
    { id: 'none', batchId: 'second', twin: null },
  ]
  const asked = twinQuestions(items).map(({ kind, items: of }) => [kind, ...of.map(({ id }) => id)])
  expect(asked).toEqual([
    ['equal', 'a', 'c'],
    ['equal', 'd'],
    ['alike', 'b', 'e'],
    ['alike', 'f'],
  ])
})
