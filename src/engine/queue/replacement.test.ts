import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { sampleExamination } from '../../../test/support/sample-item.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'
import { whyNoReplacement } from './replacement.ts'

const { id, fingerprint } = sampleRecord(1)

test('a design whose file lies on another NAS is told apart from one that is still to come', async () => {
  await using shop = await openTestCatalog()
  const { catalog, shopId, templateId } = shop
  await shop.addBatch('batch')
  await shop.addItem('item', 'batch', 'review')
  const design = { id, shopId, templateId, fileName: 'a.png', copy: 0, fingerprint }
  const match = { kind: 'resembles', id, fileName: 'a.png' }
  await catalog.write(() => {
    const item = catalog.items.get('item')
    if (item === null) throw new Error('no item')
    const state = { stage: 'review', examination: sampleExamination, matches: [match as never] } as const
    catalog.items.save({ ...item, state })
    catalog.designs.addPending(design)
  })
  expect(whyNoReplacement(catalog, ['item'])).toEqual({ says: 'not-stored-yet' })
  const know = (remotePath: string | null) =>
    catalog.write(() => catalog.designs.addKnown(design, { number: 1, remotePath, sha256: fingerprint.sha256 }))
  await know(null)
  expect(whyNoReplacement(catalog, ['item'])).toEqual({ says: 'not-here' })
  await know('/designs/Shop/Mug/1.png')
  expect(whyNoReplacement(catalog, ['item'])).toBeNull()
})
