import { Socket } from 'node:net'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database, Patience } from './database.ts'
import type { Tables } from './tables.ts'

const MAX_CONNECTIONS = 10
const CONNECT_TIMEOUT_MS = 10_000

/** Over before a workstation gives its request up, so that it hears why. */
const REQUEST_PATIENCE: Patience = { statementMs: 20_000, silenceMs: 25_000 }

/** A pool of connections to a PostgreSQL server. `onError` hears of connections that broke; the pool replaces them. One that
 *  falls silent, as when a firewall forgot it, breaks: what was asked on it fails, and is not waited for. */
export function openPostgres(
  url: string,
  { statementMs, silenceMs }: Patience | undefined = REQUEST_PATIENCE,
  onError: (error: Error) => void,
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'galley',
    statement_timeout: statementMs,
    keepAlive: true,
    stream: () => breakingSocket(silenceMs),
  })
  // Without a listener a connection that breaks would end this process: the pool hears of idle ones only.
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const closed = Promise.withResolvers<null>()
  return {
    db,
    runScript: (text, values) => runScript(pool, text, values),
    lost: closed.promise,
    pool: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await db.destroy()
      closed.resolve(null)
    },
  }
}

async function runScript(pool: pg.Pool, text: string, values: readonly unknown[] = []): Promise<{ rows: unknown[] }> {
  const client = await pool.connect()
  try {
    // Of several statements it answers with a list, which its types do not tell.
    const answers: pg.QueryResult[] = [await client.query(text, [...values])].flat()
    client.release()
    return { rows: answers.flatMap(({ rows }) => rows) }
  } catch (error) {
    // With its connection goes what it has left open there.
    client.release(true)
    throw error
  }
}

/** pg's own time-out of a query leaves its connection in the pool, where the next one waits behind it. */
function breakingSocket(silenceMs: number): Socket {
  const socket = new Socket()
  socket.setTimeout(silenceMs, () => {
    socket.destroy(Object.assign(new Error(`nothing came for ${silenceMs} ms`), { code: 'ETIMEDOUT' }))
  })
  return socket
}
