import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { DatabaseThread } from './embedded-thread.ts'

/** PostgreSQL's dialect over the one connection that PGlite has. It is lent to one borrower at a time: kysely's own
 *  PGlite dialect shares it, so that a query falls into whatever transaction is open at the moment. */
export function exclusiveDialect(thread: DatabaseThread): Dialect {
  return {
    createDriver: () => exclusiveDriver(thread),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

function exclusiveDriver(thread: DatabaseThread): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, affectedRows } = await thread.query(sql, parameters)
      // The type of a row is what the caller's query says it is; kysely's own drivers do the same.
      return { rows: rows as R[], numAffectedRows: BigInt(affectedRows) }
    },
    streamQuery: () => {
      throw new Error('the embedded database does not stream')
    },
  }
  const run = async (statement: string) => void (await connection.executeQuery(CompiledQuery.raw(statement)))
  let lastTurn: Promise<void> = Promise.resolve()
  let endTurn: () => void = () => undefined
  return {
    init: async () => undefined,
    async acquireConnection() {
      const before = lastTurn
      const turn = Promise.withResolvers<void>()
      lastTurn = turn.promise
      await before
      endTurn = turn.resolve
      return connection
    },
    releaseConnection: async () => endTurn(),
    beginTransaction: () => run('begin'),
    commitTransaction: () => run('commit'),
    rollbackTransaction: () => run('rollback'),
    async destroy() {
      await lastTurn
      thread.close()
    },
  }
}
