import { randomUUID } from 'node:crypto'
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import type { Tables } from '../../src/backend/database/tables.ts'
import { readHashFeed } from '../../src/backend/records/feeds.ts'
import { feedResponseSchema } from '../../src/shared/api/records.ts'
import { startBackend, startBackendOn } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { manyDesigns, runOn } from '../support/many-designs.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

test('for a page of the feed the server reads as many designs as are on it, and not all that follow', async ({
  skip,
}) => {
  if (typeof postgres === 'string') return skip(postgres)
  const url = await postgres.createDatabase()
  await using backend = await startBackendOn({ kind: 'postgres', url })
  const name = `feed ${randomUUID()}`
  await backend.addShop(name)
  await runOn(url, manyDesigns(name, 3_000), 'vacuum analyze designs')
  const asked: CompiledQuery[] = []
  const pool = new pg.Pool({ connectionString: url })
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void asked.push(query),
  })
  try {
    const { rows: shops } = await pool.query<{ id: string }>('select id from shops')
    await readHashFeed(db, shops[0]?.id ?? '', 1_000, 100)
    const [page] = asked
    const { rows } = await pool.query<Record<'QUERY PLAN', string>>(
      `explain (analyze, timing off) ${page?.sql}`,
      page === undefined ? [] : [...page.parameters],
    )
    const read = rows.map((row) => /Scan.* on designs .*actual rows=(\d+)/.exec(row['QUERY PLAN'])?.[1] ?? [])
    expect(read.flat()).toEqual(['101'])
  } finally {
    await db.destroy()
  }
})

test('who asks for pages as an earlier version packed them is answered JSON, as one that knows none', async () => {
  await using backend = await startBackend()
  const token = await backend.addShop(`feed ${randomUUID()}`)
  const record = sampleRecord(1)
  expectOk(await backend.client(token).sendBatch(randomUUID(), [record], AbortSignal.timeout(20_000)))
  const ask = async (accept: string) => {
    const headers = { authorization: `Bearer ${token}`, accept }
    const answer = await fetch(`${backend.url}/v1/hashes?after=0&limit=10`, { headers })
    return feedResponseSchema.parse(await answer.json()).entries
  }
  const entries = [{ ...record, rev: 1 }]
  expect(await ask('application/vnd.galley.designs')).toEqual(entries)
  expect(await ask('application/json')).toEqual(entries)
})
