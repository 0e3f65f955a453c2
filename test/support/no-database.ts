import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { Tables } from '../../src/backend/database/tables.ts'

/** A database that has none: each query is counted, and answered with the rows that `rowsOf` gives. */
export function createNoDatabase(rowsOf: () => readonly unknown[]): { readonly db: Kysely<Tables>; asked(): number } {
  let asked = 0
  class Driver extends DummyDriver {
    override async acquireConnection() {
      const connection = await super.acquireConnection()
      const executeQuery = async () => {
        asked += 1
        return { rows: rowsOf() } as never
      }
      return Object.assign(connection, { executeQuery })
    }
  }
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new Driver(),
      createIntrospector: (of) => new PostgresIntrospector(of),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  return { db, asked: () => asked }
}
