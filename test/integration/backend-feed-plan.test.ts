import { randomUUID } from 'node:crypto'
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import type { Tables } from '../../src/backend/database/tables.ts'
import { readHashFeed } from '../../src/backend/records/feeds.ts'
import { startBackendOn } from '../support/backend.ts'
import { manyDesigns, runOn } from '../support/many-designs.ts'
import { startPostgres } from '../support/postgres.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

test.skipIf(typeof postgres === 'string')(
  'for a page of the feed the server reads as many designs as are on it, and not all that follow',
  async () => {
    if (typeof postgres === 'string') return
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
  },
)
