import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Backend, createBackend } from '../../src/backend/backend.ts'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import type { Transport } from '../../src/backend/http/transport.ts'
import { createRecordClient, type RecordClient } from '../../src/engine/records/client.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { documentedFetch } from './documented.ts'
import { EMBEDDED_WORKER, placeEmptyDatabase } from './empty-database.ts'

/** A record service on a free loopback port. */
export interface TestBackend extends AsyncDisposable {
  readonly url: string
  readonly backend: Backend
  /** Makes a shop; returns its token. */
  addShop(name: string): Promise<string>
  /** The engine's own client, signed in. */
  client(token: string): RecordClient
}

/** Starts the service on `place`, by default embedded in a new folder that is removed at the end. Use with
 *  `await using`. */
export async function startBackend(place?: DatabasePlace, transport?: Transport): Promise<TestBackend> {
  const folder = place === undefined ? await mkdtemp(join(tmpdir(), 'galley-backend-')) : null
  if (folder !== null) await placeEmptyDatabase(folder)
  const database = place ?? { kind: 'embedded', folder: folder ?? '', workerEntry: EMBEDDED_WORKER }
  const created = await createBackend({ database, ...(transport === undefined ? {} : { transport }) })
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
    async [Symbol.asyncDispose]() {
      await backend.close()
      if (folder !== null) await rm(folder, { recursive: true, force: true })
    },
  }
}
