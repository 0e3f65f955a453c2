import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { createBackend } from '../../src/backend/backend.ts'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { expectOk } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const METRICS_TOKEN = 'of-the-metrics'
const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

it('metrics tell of requests, records, claims, memory and the pool, to this computer or for their token, and nothing of a shop', async ({
  skip,
}) => {
  if (typeof postgres === 'string') return skip(postgres)
  const url = await postgres.createDatabase()
  const created = await createBackend({ database: { kind: 'postgres', url }, metricsToken: METRICS_TOKEN })
  if (!created.ok) throw new Error(describeFailure(created.failure))
  const backend = created.value
  try {
    const base = await backend.listen('127.0.0.1', 0)
    const token = (await backend.addShop('Secret shop', 'Secret desk'))?.token ?? ''
    const client = createRecordClient({ url: base, token })
    const signal = AbortSignal.timeout(30_000)
    const uploadedAt = new Date(Date.now() - 20_000).toISOString()
    const records = [sampleRecord(1, { uploadedAt }), sampleRecord(2, { number: -1 })]
    const key = randomUUID()
    // Its answer is lost, and it comes once more.
    for (const _ of [1, 2])
      expectOk(await client.sendBatch(key, records, signal, { upload: [0.5, 20], matching: [0.02] }))
    const { id, template, storedSha256: sha256 } = sampleRecord(3)
    expectOk(await client.claim([{ id, template, sha256, copy: 0 }], signal))
    const ask = (headers: Record<string, string>): Promise<Response> => fetch(`${base}/metrics`, { headers })
    const text = await (await ask({})).text()
    for (const line of [
      'galley_requests_total{route="/v1/designs:batch",method="POST",status="200"} 2',
      'galley_request_seconds_count{route="/v1/claims",method="POST"} 1',
      'galley_records_total{kind="designs",outcome="created"} 1',
      'galley_records_total{kind="designs",outcome="rejected"} 1',
      'galley_record_delay_seconds_bucket{le="5"} 0',
      'galley_record_delay_seconds_bucket{le="300"} 1',
      'galley_upload_seconds_bucket{le="1"} 1',
      'galley_upload_seconds_sum 20.5',
      'galley_matching_seconds_bucket{le="0.01"} 0',
      'galley_matching_seconds_bucket{le="0.05"} 1',
      'galley_designs_sending 1',
    ])
      expect(text).toContain(`${line}\n`)
    for (const name of ['galley_event_loop_delay_seconds{quantile="0.99"}', 'galley_memory_bytes{kind="rss"}'])
      expect(text).toContain(name)
    expect(text).toMatch(/galley_database_connections\{state="open"\} [1-9]/)
    expect(text).not.toMatch(/secret|UVDTF/i)
    // Through a proxy on this computer somebody else asks.
    const forwarded = { 'x-forwarded-for': '203.0.113.9' }
    const statuses = [{}, { authorization: `Bearer ${token}` }, { authorization: `Bearer ${METRICS_TOKEN}` }].map(
      async (headers) => (await ask({ ...forwarded, ...headers })).status,
    )
    expect(await Promise.all(statuses)).toEqual([401, 401, 200])
  } finally {
    await backend.close()
  }
})
