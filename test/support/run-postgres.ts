import { startOwnPostgres } from './postgres.ts'

/** One PostgreSQL server for all test files of a run, where it is installed and TEST_DATABASE_URL names none: a record
 *  service on it takes a fraction of the processor that one on PGlite takes. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_DATABASE_URL !== undefined) return
  const server = await startOwnPostgres('off')
  if (typeof server === 'string') return
  process.env.TEST_DATABASE_URL = server.url
  return async () => server[Symbol.asyncDispose]()
}
