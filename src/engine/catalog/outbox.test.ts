import { expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'
import { MAX_CHUNK_BYTES, MAX_CHUNK_RECORDS } from '../../shared/api/records.ts'
import type { Chunk } from './outbox.ts'

const MB = 1024 * 1024

/** Adds records of these sizes, stored at `at`. */
async function add({ catalog, shopId }: TestCatalog, sizes: readonly number[], first = 1, at = 0): Promise<void> {
  await catalog.write(() => {
    for (const [i, sizeBytes] of sizes.entries()) catalog.outbox.add(shopId, sampleRecord(first + i, { sizeBytes }), at)
  })
}

function form({ catalog, shopId }: TestCatalog, id: string, now: number): Promise<Chunk | { dueInMs: number } | null> {
  return catalog.write(() => catalog.outbox.formChunk(shopId, id, now, 2_000))
}

const numbersOf = (chunk: Chunk | { dueInMs: number } | null): unknown =>
  chunk !== null && 'records' in chunk && chunk.kind === 'design' ? chunk.records.map(({ number }) => number) : chunk

test('a chunk waits for company until its oldest record has waited long enough', async () => {
  await using test = await openTestCatalog()
  expect(await form(test, 'a', 0)).toBeNull()
  await add(test, [MB, MB], 1, 10_000)
  expect(await form(test, 'a', 10_500)).toEqual({ dueInMs: 1_500 })
  expect(numbersOf(await form(test, 'a', 12_000))).toEqual([1, 2])
})

test('a clock that was put back holds up no record', async () => {
  await using test = await openTestCatalog()
  await add(test, [MB], 1, 10_000)
  expect(numbersOf(await form(test, 'a', 9_000))).toEqual([1])
})

test('a chunk has at most 20 records, and is not waited with when it is full', async () => {
  await using test = await openTestCatalog()
  await add(test, Array(MAX_CHUNK_RECORDS + 1).fill(1))
  expect(numbersOf(await form(test, 'a', 0))).toHaveLength(MAX_CHUNK_RECORDS)
  expect(await form(test, 'b', 0)).toEqual({ dueInMs: 2_000 })
})

test('a chunk has at most 50 MB, but a larger design goes alone', async () => {
  await using test = await openTestCatalog()
  await add(test, [MAX_CHUNK_BYTES + 1, 30 * MB, 20 * MB, 1])
  expect(numbersOf(await form(test, 'a', 0))).toEqual([1])
  expect(numbersOf(await form(test, 'b', 0))).toEqual([2, 3])
  expect(numbersOf(await form(test, 'c', 2_000))).toEqual([4])
})

test('a chunk keeps its records and its key until it is confirmed, whatever comes after it', async () => {
  await using test = await openTestCatalog()
  const { catalog, shopId } = test
  await add(test, [1, 1])
  const formed = await form(test, 'a', 2_000)
  await add(test, [1], 3)
  // A design that is told twice is one record.
  await add(test, [7], 1)
  expect(catalog.outbox.oldestChunk(shopId)).toEqual(formed)
  expect(catalog.outbox.count()).toBe(3)
  await catalog.write(() => catalog.outbox.removeChunk('a'))
  expect([catalog.outbox.oldestChunk(shopId), catalog.outbox.countOf(shopId)]).toEqual([null, 1])
})

test('a record that the backend will refuse can be read back all the same', async () => {
  await using test = await openTestCatalog()
  await test.catalog.write(() =>
    test.catalog.outbox.add(test.shopId, sampleRecord(1, { remotePath: `/${'x'.repeat(900)}` }), 0),
  )
  expect(numbersOf(await form(test, 'a', 2_000))).toEqual([1])
})
