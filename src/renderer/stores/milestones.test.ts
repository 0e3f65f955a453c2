import { expect, test } from 'vitest'
import { fullDelta, sampleBatch, sampleItem } from '../../../test/support/renderer-preview/sample.ts'
import type { Stage } from '../../shared/domain/stages.ts'
import { milestonesBetween } from './milestones.ts'
import { applyDelta, EMPTY_PROJECTION } from './projection.ts'

function seen(state: 'scanning' | 'active' | 'ended' | 'none', ...stages: readonly Stage[]) {
  const items = stages.map((stage, seq) => sampleItem('a', seq, { stage }))
  const batches = state === 'none' ? [] : [sampleBatch('a', state, 0, items)]
  return { projection: applyDelta(EMPTY_PROJECTION, fullDelta(batches, items)), work: { held: [] } }
}
const kinds = (before: ReturnType<typeof seen>, after: ReturnType<typeof seen>): readonly string[] =>
  milestonesBetween(before, after).map(({ kind }) => kind)

test('says once that a batch was accepted: when its scan is over, not while it counts', () => {
  expect(kinds(seen('none'), seen('scanning', 'accepted'))).toEqual([])
  expect(kinds(seen('scanning', 'accepted'), seen('active', 'accepted', 'accepted'))).toEqual(['accepted'])
  expect(kinds(seen('active', 'accepted'), seen('active', 'uploading'))).toEqual([])
})

test('says that a batch ended, and only once', () => {
  expect(kinds(seen('active', 'uploading'), seen('ended', 'done'))).toEqual(['ended'])
  expect(kinds(seen('ended', 'done'), seen('ended', 'done'))).toEqual([])
  // One that was cleared, and that taken back, ended long ago.
  expect(kinds(seen('none'), seen('ended', 'done'))).not.toContain('ended')
})

test('says that a decision is wanted when the first design needs one', () => {
  expect(kinds(seen('active', 'matching'), seen('active', 'review'))).toEqual(['review'])
  expect(kinds(seen('active', 'review'), seen('active', 'review', 'review'))).toEqual([])
})
