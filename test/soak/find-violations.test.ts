import { expect, test } from 'vitest'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import { sampleRecord } from '../support/sample-record.ts'
import { findViolations, type Rested } from './find-violations.ts'
import type { ItemRow } from './read-catalog.ts'

const FOLDER = '/nas/Shop/Cup'
const SHA = { a: 'a'.repeat(64), b: 'b'.repeat(64), theirs: 'c'.repeat(64) }

/** Two designs of one drop, the first of them twice; a third number is somebody else's. */
function rested(): Rested {
  const item = (id: string, stage: ItemRow['stage']): ItemRow => ({
    ...{ id, batchId: 'batch', path: `/drop/${id}`, stage, state: '{}' },
    ...{ attempts: 0, workerDeaths: 0, uploadAttempt: stage === 'done' ? 1 : 0 },
  })
  const record = (id: 'a' | 'b', number: number) => ({
    ...sampleRecord(number),
    ...{ id, number, remotePath: `${FOLDER}/${number}.png`, storedSha256: SHA[id], rev: number },
  })
  const line = (
    id: string,
    outcome: ReceiptLine['outcome'],
    sha256: string,
    remotePath: string | null,
  ): ReceiptLine => ({
    ...{ fileName: id, sourcePath: `/drop/${id}`, sizeBytes: 1, sha256, outcome, reason: '', remotePath },
    ...{ recordId: outcome === 'done' ? id : null, verifiedBy: null, durable: null, mayCollide: null, warnings: [] },
  })
  return {
    accepted: new Map([['batch', ['/drop/a', '/drop/b', '/drop/copy']]]),
    cancelled: new Set(),
    digests: new Map(Object.entries({ '/drop/a': SHA.a, '/drop/b': SHA.b, '/drop/copy': SHA.a })),
    items: [item('a', 'done'), item('b', 'done'), item('copy', 'skipped')],
    records: [record('a', 1), record('b', 2)],
    receipts: new Map([
      [
        'batch',
        [
          line('a', 'done', SHA.a, `${FOLDER}/1.png`),
          line('b', 'done', SHA.b, `${FOLDER}/2.png`),
          line('copy', 'skipped', SHA.a, null),
        ],
      ],
    ]),
    stored: new Map(Object.entries({ '1.png': SHA.a, '2.png': SHA.b, '3.png': SHA.theirs }).map(under)),
    foreign: new Map([[`${FOLDER}/3.png`, SHA.theirs]]),
    foreignNumbers: [3],
    calmBatch: 'batch',
    interruptions: 2,
  }
}

function under([name, sha256]: [string, string]): [string, string] {
  return [`${FOLDER}/${name}`, sha256]
}

test('nothing is found where all is well', () => {
  expect(findViolations(rested())).toEqual([])
})

type Change = (good: Rested) => Partial<Rested>
const storing =
  (files: Record<string, string>): Change =>
  ({ stored }) => ({ stored: new Map([...stored, ...Object.entries(files).map(under)]) })
const without =
  (path: string): Change =>
  ({ stored }) => ({ stored: new Map([...stored].filter(([name]) => name !== `${FOLDER}/${path}`)) })
const changingItem =
  (at: number, change: Partial<ItemRow>): Change =>
  ({ items }) => ({ items: items.map((item, index) => (index === at ? { ...item, ...change } : item)) })

test.for<readonly [what: string, change: Change, found: RegExp]>([
  ['an accepted file that is no item', ({ items }) => ({ items: items.slice(0, 2) }), /^I1 .*copy was accepted/],
  ['an item that has not ended', changingItem(0, { stage: 'recording' }), /^I1 .*a is recording at rest/],
  ['an item that failed without a reason of its own', changingItem(0, { stage: 'failed' }), /^I1 .*a failed/],
  ['an item cancelled by nobody', changingItem(2, { stage: 'cancelled' }), /^I1 .*copy is cancelled/],
  ['a design that is done twice', changingItem(2, { stage: 'done' }), /^I1 .*a is done 2 times/],
  ['a file that is lost', without('2.png'), /^I2 .*b is 0 files/],
  ['a file that is stored twice', storing({ '4.png': SHA.a }), /^I2 .*a is 2 files/],
  ['a file with bytes of nobody', storing({ '4.png': 'd'.repeat(64) }), /^I2 .*4\.png has bytes/],
  ['a gap in the numbers', () => ({ foreignNumbers: [4] }), /^I2 the numbers have a gap or a double at 3/],
  ['numbers that are not in the order of the drop', ({ items }) => ({ items: items.toReversed() }), /^I2 .*order: 2 1/],
  ['a file without a record', ({ records }) => ({ records: records.slice(0, 1) }), /^I5 .*b has 0 records/],
  ['a record sent twice', ({ records }) => ({ records: [...records, ...records] }), /^I5 .*a has 2 records/],
  [
    'a record that points elsewhere',
    ({ records }) => ({ records: records.map((one) => ({ ...one, remotePath: `${FOLDER}/9.png` })) }),
    /^I4 the record of .*a points to/,
  ],
  ['a record that no item has', changingItem(0, { id: 'x' }), /^I5 the record a of/],
  ['a temporary file that was left', storing({ '.galley-a-1.part': SHA.a }), /^I8 left over/],
  ['a file of others that is gone', without('3.png'), /^I8 .*3\.png is not ours, and was removed/],
  ['more uploads than kills', changingItem(1, { uploadAttempt: 4 }), /^I7 .*b was sent 4 times/],
  ['attempts without bound', changingItem(1, { attempts: 8 }), /^I7 .*b had 8 attempts/],
])('%s is found', ([, change, found]) => {
  const good = rested()
  expect(findViolations({ ...good, ...change(good) })).toContainEqual(expect.stringMatching(found))
})
