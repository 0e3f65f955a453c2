import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { openCatalog } from '../../src/engine/catalog/open-catalog.ts'
import { expectOk } from '../support/engine.ts'
import { timed } from './measure.ts'

/** Rows to a transaction. */
const ROWS = 500
/** What reading a library fills. */
const TABLES = ['designs', 'kept_designs', 'numbers']

/** Milliseconds in which bare SQLite takes the rows of a catalog into an empty one: prepared inserts of the same bytes into
 *  the same tables and indexes, without the time that reading them takes. */
export async function bareInsertsMs(catalogOf: string, emptyFolder: string): Promise<number> {
  await expectOk(openCatalog(emptyFolder, Date.now, () => undefined)).close()
  const from = new Sqlite(join(catalogOf, 'catalog.sqlite'), { readonly: true })
  const to = new Sqlite(join(emptyFolder, 'catalog.sqlite'))
  for (const pragma of ['foreign_keys = OFF', 'synchronous = NORMAL', 'journal_size_limit = 8388608']) to.pragma(pragma)
  const writers = TABLES.map((table) => writerOf(from, to, table))
  let ms = 0
  for (let isMore = true; isMore; ) {
    const taken = writers.map(({ rows, insert }) => ({ insert, rows: takeFrom(rows) }))
    isMore = taken.some(({ rows }) => rows.length > 0)
    // As a page is kept: some of each table in one transaction.
    ms += await timed(async () =>
      to.transaction(() => {
        for (const { insert, rows } of taken) for (const row of rows) insert.run(row)
      })(),
    )
  }
  from.close()
  to.close()
  return ms
}

function writerOf(from: Database, to: Database, table: string) {
  const columns = from.prepare(`SELECT * FROM ${table} LIMIT 0`).columns()
  const rows = from.prepare(`SELECT * FROM ${table}`).raw().iterate() as IterableIterator<unknown[]>
  return { rows, insert: to.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => '?').join(', ')})`) }
}

function takeFrom(rows: IterableIterator<unknown[]>): unknown[][] {
  const taken: unknown[][] = []
  for (let row = rows.next(); row.done !== true; row = rows.next()) {
    taken.push(row.value)
    if (taken.length === ROWS) break
  }
  return taken
}
