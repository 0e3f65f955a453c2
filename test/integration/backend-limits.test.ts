import { expect, test } from 'vitest'
import { MAX_CLAIMS } from '../../src/shared/api/claims.ts'
import { MAX_CHUNK_RECORDS, MAX_FEED_LIMIT } from '../../src/shared/api/records.ts'
import { startBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { sampleRecord } from '../support/sample-record.ts'

const WORKSTATIONS = 20
const CHUNKS = 5

test('twenty workstations behind one address, started at once and at full speed, are never told to wait', async () => {
  await using service = await startBackend()
  await service.addShop('shop')
  const signal = AbortSignal.timeout(120_000)
  const work = async (station: number): Promise<void> => {
    const client = service.client((await service.backend.addToken('shop', `station ${station}`))?.token ?? '')
    const claimed = Array.from({ length: MAX_CLAIMS }, (_, n) => {
      const { id, template, storedSha256: sha256 } = sampleRecord(station * 1_000 + n + 1)
      return { id, template, sha256, copy: 0 }
    })
    // As an engine does it at its start: all of it at a time.
    const chunks = async (): Promise<void> => {
      for (let chunk = 0; chunk < CHUNKS; chunk++) {
        const first = station * 1_000 + chunk * MAX_CHUNK_RECORDS + 1
        const records = Array.from({ length: MAX_CHUNK_RECORDS }, (_, n) => sampleRecord(first + n))
        expectOk(await client.sendBatch(`${station} ${chunk}`, records, signal))
      }
    }
    const feeds = async (): Promise<void> => {
      for (let after = 0, more = true; more; ) {
        const page = expectOk(await client.hashFeed(after, MAX_FEED_LIMIT, signal))
        after = page.cursor
        more = page.more
      }
      expectOk(await client.decisionFeed(0, MAX_FEED_LIMIT, signal))
    }
    expectOk((await Promise.all([client.claim(claimed, signal), client.shop(signal), chunks(), feeds()]))[0])
  }
  await Promise.all(Array.from({ length: WORKSTATIONS }, (_, station) => work(station)))
  const shops = await service.backend.listShops()
  expect(shops[0]?.designs).toBe(WORKSTATIONS * CHUNKS * MAX_CHUNK_RECORDS)
})
