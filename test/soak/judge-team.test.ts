import { expect, test } from 'vitest'
import { sampleRecord } from '../support/sample-record.ts'
import { judgeFiles, judgeOrder, judgeTwice, lowestFree, type StationEnd } from './judge-team.ts'

/** Two records of equal bytes, the second of which was sent while the service did not answer. */
const theirs = { ...sampleRecord(1), id: 'theirs' }
const mine = { ...theirs, id: 'mine', number: 2, remotePath: '/nas/2.png' }
const other = { ...sampleRecord(3), id: 'other' }
const records = [theirs, mine, other]

function end(change: Partial<StationEnd> = {}): StationEnd {
  return { questions: [], unclaimed: new Set(), unleased: new Set(), ...change }
}

test('a design that was stored twice is no violation where one of them was sent unclaimed and one workstation asks about it', () => {
  const asks = end({ questions: [{ itemId: 'mine', twinId: 'theirs' }] })
  const unclaimed = end({ unclaimed: new Set(['mine']) })
  expect(judgeTwice(records, [asks, unclaimed])).toEqual([])
  expect(judgeTwice(records, [asks, end({ unclaimed: new Set(['other']) })])).toHaveLength(1)
  expect(judgeTwice(records, [end(), unclaimed])).toHaveLength(1)
  expect(judgeTwice(records, [asks, { ...asks, ...unclaimed, questions: asks.questions }])).toHaveLength(1)
  expect(judgeTwice([...records, { ...mine, id: 'third' }], [asks, unclaimed])).not.toEqual([])
})

test('a question about designs that are not equal is a violation', () => {
  expect(judgeTwice([theirs, other], [end({ questions: [{ itemId: 'other', twinId: 'theirs' }] })])).toHaveLength(1)
})

test('two files of one number are a violation, whatever their extensions, unless the service did not answer', () => {
  const numberOf = (path: string): number | null => Number(/(\d+)/.exec(path)?.[1] ?? 0) || null
  const files = ['1.png', '2.png', '2.webp', 'notes.txt', 'more.txt']
  expect(judgeFiles(files, numberOf, records, [end()])).toEqual(['number 2 has 2.png and 2.webp'])
  expect(judgeFiles(files, numberOf, records, [end({ unleased: new Set(['mine']) })])).toEqual([])
  expect(judgeFiles(files, numberOf, records, [end({ unleased: new Set(['other']) })])).toHaveLength(1)
})

test('numbers of a drop rise, and the lowest that are free are those that nothing has', () => {
  expect(judgeOrder([1, 4, 9], 'a drop')).toEqual([])
  expect(judgeOrder([1, 4, 3], 'a drop')).toHaveLength(1)
  expect(lowestFree(new Set([1, 3]), 3)).toEqual([2, 4, 5])
})
