import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { Tables } from '../../src/backend/database/tables.ts'
import type { JobQueue } from '../../src/backend/mockup-jobs/job-queue.ts'

interface NoDatabase {
  readonly db: Kysely<Tables>
  /** In which nothing waits, and nothing is put. */
  readonly queue: JobQueue
  asked(): number
}

/** A database that has none: each query is counted, and answered with the rows that `rowsOf` gives. */
export function createNoDatabase(rowsOf: () => readonly unknown[]): NoDatabase {
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
  const none = async (): Promise<never> => {
    throw new Error('there is no queue')
  }
  const queue = { add: none, drop: none, take: none, keep: none, end: none, retry: none, stop: none }
  return { db, queue, asked: () => asked }
}
