import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Backend, createBackend } from '../../src/backend/backend.ts'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import type { Transport } from '../../src/backend/http/transport.ts'
import type { WorkerPlace } from '../../src/backend/mockup-worker/run-worker.ts'
import { createRecordClient, type RecordClient } from '../../src/engine/records/client.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { documentedFetch } from './documented.ts'
import { EMBEDDED_WORKER, placeEmptyDatabase } from './empty-database.ts'
import { startPostgres } from './postgres.ts'

/** A record service on a free loopback port. */
export interface TestBackend extends AsyncDisposable {
  readonly url: string
  readonly backend: Backend
  /** Makes a shop; returns its token. */
  addShop(name: string): Promise<string>
  /** The engine's own client, signed in. */
  client(token: string): RecordClient
}

/** Starts the service with a database that is removed at the end, whichever the run has: a test that means one of them says
 *  so. Use with `await using`. */
export async function startBackend(transport?: Transport): Promise<TestBackend> {
  if (process.env.TEST_DATABASE_URL === undefined) return startOnPglite(transport)
  const server = await startPostgres()
  if (typeof server === 'string') throw new Error(server)
  const backend = await startBackendOn({ kind: 'postgres', url: await server.createDatabase() }, transport)
  return endingWith(backend, async () => server[Symbol.asyncDispose]())
}

/** As `startBackend`, on PGlite. */
export async function startOnPglite(transport?: Transport): Promise<TestBackend> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-backend-'))
  await placeEmptyDatabase(folder)
  const backend = await startBackendOn({ kind: 'embedded', folder, workerEntry: EMBEDDED_WORKER }, transport)
  return endingWith(backend, () => rm(folder, { recursive: true, force: true }))
}

/** Starts the service on a database that stays. */
export async function startBackendOn(
  database: DatabasePlace,
  transport?: Transport,
  worker?: WorkerPlace,
): Promise<TestBackend> {
  const created = await createBackend({
    database,
    ...(transport === undefined ? {} : { transport }),
    ...(worker === undefined ? {} : { worker }),
  })
  if (!created.ok) throw new Error(describeFailure(created.failure))
  const backend = created.value
  const url = await backend.listen(transport?.kind === 'proxy' ? '0.0.0.0' : '127.0.0.1', 0)
  const told = documentedFetch(url)
  return {
    url,
    backend,
    async addShop(name) {
      const added = await backend.addShop(name, 'test')
      if (added === null) throw new Error(`there is a shop ${name}`)
      return added.token
    },
    client: (token) => createRecordClient({ url, token, fetch: told }),
    [Symbol.asyncDispose]: () => backend.close(),
  }
}

function endingWith(backend: TestBackend, end: () => Promise<void>): TestBackend {
  return {
    ...backend,
    async [Symbol.asyncDispose]() {
      await backend[Symbol.asyncDispose]()
      await end()
    },
  }
}
