import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Backend, createBackend } from '../../src/backend/backend.ts'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import { backupEmbedded, restoreEmbedded } from '../../src/backend/database/embedded-backup.ts'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import type { TestBackend } from './backend.ts'
import { EMBEDDED_WORKER, placeEmptyDatabase } from './empty-database.ts'
import { expectOk } from './engine.ts'
import { freePort } from './free-port.ts'
import type { TestPostgres } from './postgres.ts'

const run = promisify(execFile)

/** A record service whose database can be set back; it keeps its address. */
export interface SetBackBackend extends TestBackend {
  /** Keeps the state that it is in. */
  keep(): Promise<void>
  /** Takes it back to the state that was kept. */
  setBack(): Promise<void>
  /** Another database takes its place, with nothing in it. */
  makeAnew(): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
}

/** How a state is kept, and set back to, while the service is stopped. */
export interface WayBack {
  place(folder: string): Promise<DatabasePlace>
  keep(folder: string, place: DatabasePlace): Promise<void>
  setBack(folder: string, place: DatabasePlace): Promise<void>
}

const data = (folder: string): string => join(folder, 'data')
const kept = (folder: string): string => join(folder, 'kept')

async function embeddedPlace(folder: string): Promise<DatabasePlace> {
  await placeEmptyDatabase(data(folder))
  return { kind: 'embedded', folder: data(folder), workerEntry: EMBEDDED_WORKER }
}

/** Also what a database is after its computer lost power: it runs without fsync. */
export const copiedFolder: WayBack = {
  place: embeddedPlace,
  keep: (folder) => cp(data(folder), kept(folder), { recursive: true }),
  async setBack(folder) {
    await rm(data(folder), { recursive: true })
    await cp(kept(folder), data(folder), { recursive: true })
  },
}

const backupAndRestore: WayBack = {
  place: embeddedPlace,
  async keep(folder, place) {
    if (place.kind === 'embedded') expectOk(await backupEmbedded(place, kept(folder)))
  },
  async setBack(folder, place) {
    if (place.kind === 'embedded') expectOk(await restoreEmbedded(place, kept(folder)))
  },
}

const dumpedServer = (url: string): WayBack => ({
  place: async () => ({ kind: 'postgres', url }),
  keep: async (folder) => void (await run('pg_dump', ['--format=custom', `--file=${kept(folder)}`, url])),
  async setBack(folder) {
    // pg_restore drops no partitions, of which the queue of jobs is made.
    await run('psql', ['--quiet', `--dbname=${url}`, '--command=drop schema jobs cascade'])
    await run('pg_restore', ['--clean', '--if-exists', `--dbname=${url}`, kept(folder)])
  },
})

/** Every way, by what is set back to; a text says why one cannot be gone here. */
export function waysBack(
  postgres: TestPostgres | string,
): readonly (readonly [how: string, way: (() => Promise<WayBack>) | string])[] {
  const onServer = async (server: TestPostgres): Promise<WayBack> => dumpedServer(await server.createDatabase())
  return [
    ['a copy of its folder', async () => copiedFolder],
    ['a backup', async () => backupAndRestore],
    ['a dump of PostgreSQL', typeof postgres === 'string' ? postgres : () => onServer(postgres)],
  ]
}

/** Starts the service; use with `await using`. */
export async function startSetBackBackend(way: WayBack): Promise<SetBackBackend> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-set-back-'))
  const place = await way.place(folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let backend: Backend
  const start = async (): Promise<void> => {
    const created = await createBackend({ database: place })
    if (!created.ok) throw new Error(describeFailure(created.failure))
    backend = created.value
    await backend.listen('127.0.0.1', port)
  }
  const whileStopped = async (work: () => Promise<void>): Promise<void> => {
    await backend.close()
    await work()
    await start()
  }
  await start()
  return {
    url,
    get backend() {
      return backend
    },
    async addShop(name) {
      const added = await backend.addShop(name, 'test')
      if (added === null) throw new Error(`there is a shop ${name}`)
      return added.token
    },
    client: (token) => createRecordClient({ url, token }),
    keep: () => whileStopped(() => way.keep(folder, place)),
    setBack: () => whileStopped(() => way.setBack(folder, place)),
    makeAnew: () =>
      whileStopped(async () => {
        await rm(data(folder), { recursive: true })
        await placeEmptyDatabase(data(folder))
      }),
    stop: () => backend.close(),
    start,
    async [Symbol.asyncDispose]() {
      await backend.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
