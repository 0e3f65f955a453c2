import { expect, test } from 'vitest'
import { sampleRecord } from '../../test/support/sample-record.ts'
import { decodePage, encodePage, packPage } from './feed-page.ts'
import { unpackRecord } from './packed-record.ts'

const tag = '00000000-0000-4000-8000-000000000000'
const page = {
  entries: [1, 2, 3].map((n) => ({ ...sampleRecord(n), rev: 10 * n })),
  gone: [{ rev: 15, id: tag, uploadedAt: null, replaced: null }],
  cursor: 30,
  tag,
  more: true,
  library: { designs: 9, left: 3, lastRev: 90 },
}

test('a page comes as it was, with its records as they are kept', () => {
  const decoded = decodePage(encodePage(page))
  expect(decoded).toMatchObject(page)
  expect(decoded).toEqual(packPage(page))
  expect(decoded?.packed.map(unpackRecord)).toEqual([1, 2, 3].map((n) => sampleRecord(n)))
})

test('what is cut short, or is none, is no page', () => {
  const bytes = encodePage(page)
  const cuts = [0, 3, 40, bytes.length - 1].map((length) => bytes.subarray(0, length))
  for (const cut of [...cuts, Buffer.from('{"entries":[]}'), Buffer.alloc(64)]) expect(decodePage(cut)).toBe(null)
})
