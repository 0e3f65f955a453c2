import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'
import type { DecisionRecord } from '../../shared/api/decisions.ts'

const [first, second] = [sampleRecord(1), sampleRecord(2, { replaces: sampleRecord(1).id })]
const later = { ...second, uploadedAt: '2026-02-01T00:00:00.000Z' }

/** Each kept design as what it is sent as. */
function kept({ catalog, shopId }: TestCatalog): unknown[] {
  return catalog.kept
    .designsAfter(shopId, 0, 10)
    .map(({ seq, ...one }) => (one.kind === 'gone' ? one : catalog.kept.record(seq)))
}

function said(decision: DecisionRecord['decision'], against = second): DecisionRecord {
  const pair = { sha256: first.fingerprint.sha256, againstSha256: against.fingerprint.sha256 }
  return { id: randomUUID(), ...pair, designId: first.id, againstId: against.id, decision }
}

test('records are kept as they were, in the order in which the backend had them, each once', async () => {
  await using test = await openTestCatalog()
  const { catalog, shopId } = test
  await catalog.write(() => {
    catalog.kept.keepDesigns(shopId, [second, first, second])
  })
  expect(kept(test)).toEqual([second, first])
  expect(catalog.kept.designsAfter('another shop', 0, 10)).toEqual([])
})

test('a design that is none any more is kept as that, until it is stored once more; what is read of it again changes nothing', async () => {
  await using test = await openTestCatalog()
  const { catalog, shopId } = test
  const gone = { kind: 'gone', id: second.id, uploadedAt: second.uploadedAt, replaced: first.id }
  await catalog.write(() => {
    catalog.kept.keepDesigns(shopId, [second])
    catalog.kept.keepGone(shopId, second.id, { replaced: first.id })
    catalog.kept.keepDesigns(shopId, [second])
  })
  expect(kept(test)).toEqual([gone])
  await catalog.write(() => {
    catalog.kept.keepDesigns(shopId, [later])
    catalog.kept.keepGone(shopId, second.id, { uploadedAt: second.uploadedAt, replaced: first.id })
  })
  expect(kept(test)).toEqual([later])
})

test('of each two artworks the last telling is sent, with the ones before it; those are known to be outdated', async () => {
  await using test = await openTestCatalog()
  const { catalog, shopId } = test
  const [keep, back, other] = [said('keep'), said(null), said('skip', sampleRecord(3))]
  await catalog.write(() => {
    for (const record of [keep, other, back, keep]) catalog.kept.keepDecision(shopId, record)
  })
  expect(catalog.kept.decisionsAfter(shopId, 0, 10)).toEqual([
    { seq: 2, record: other, earlier: [] },
    { seq: 3, record: back, earlier: [keep.id] },
  ])
  expect([keep, back, other].map((record) => catalog.kept.isOutdated(shopId, record))).toEqual([true, false, false])
})
