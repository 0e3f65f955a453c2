import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { embeddedWorkerEntry } from '../backend/database/embedded-worker-entry.ts'
import { startLocalService } from '../backend/local-service.ts'
import type { WorkerPlace } from '../backend/mockup-worker/run-worker.ts'
import { failure } from '../shared/domain/failure.ts'
import { fail, ok, type Result } from '../shared/domain/result.ts'
import { DEFAULT_CONNECTIONS } from '../shared/domain/shop.ts'
import type { PracticePlace } from '../shared/ipc/practice.ts'
import type { NasAccess } from '../shared/worker/transfer.ts'
import { generateHostKey, startPracticeNas } from './nas.ts'

const SHOP_NAME = 'Practice shop'
const USER = 'practice'

export interface PracticeOptions {
  /** The NAS's files lie in `nas` below it, the records in `backend`; made if missing. */
  readonly folder: string
  /** `import.meta.url` of the process's entry: the file of the database's thread stands with it. */
  readonly entryUrl: string
  /** Hears of bugs in serving the NAS. */
  readonly onFault: (error: unknown) => void
  /** Makes mockups, in processes below this one: where it may have some. */
  readonly makesMockups: boolean
}

/** A NAS and a backend on this computer, in a folder of their own. */
export interface PracticeShop {
  readonly place: PracticePlace
  /** Resolves when the database is gone for good; with the reason, if it was not closed. */
  readonly lost: Promise<string | null>
  close(): Promise<void>
}

/** Starts both on free loopback ports. Host key and password stay the same for a folder; ports and token do not. Fails
 *  when another process has the folder. */
export async function startPracticeShop(options: PracticeOptions): Promise<Result<PracticeShop>> {
  const { folder, entryUrl, onFault, makesMockups } = options
  const workerEntry = embeddedWorkerEntry(entryUrl)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const nasAccess = Promise.withResolvers<Result<NasAccess>>()
  const worker: WorkerPlace = {
    entryUrl,
    access: () => nasAccess.promise,
    scratchFolder: join(folder, 'mockups'),
    designs: 1,
    log: silentLog,
  }
  const started = await startLocalService({
    ...{ folder: join(folder, 'backend'), workerEntry, shopName: SHOP_NAME },
    ...(makesMockups ? { worker } : {}),
  })
  if (!started.ok) return started
  const service = started.value
  try {
    const { hostKey, password } = await readKeys(join(folder, 'practice-keys.json'))
    const nas = await startPracticeNas({ folder: join(folder, 'nas'), hostKey, user: USER, password, onFault })
    const address = { host: nas.host, port: nas.port, user: USER, root: '/' }
    const sessions = { maxConnections: DEFAULT_CONNECTIONS, hostKey: nas.fingerprint }
    nasAccess.resolve(ok({ nas: address, password, ...sessions }))
    return ok({
      place: {
        nas: address,
        password,
        fingerprint: nas.fingerprint,
        backendUrl: service.url,
        token: service.token,
      },
      lost: service.lost,
      async close() {
        await nas.close()
        await service.close()
      },
    })
  } catch (error) {
    const because = failure('configuration', error instanceof Error ? error.message : String(error))
    nasAccess.resolve(fail(because))
    await service.close()
    return fail(because)
  }
}

/** What holds a job up is in its row. */
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined }

interface Keys {
  readonly hostKey: string
  readonly password: string
}

/** Made once for a folder and readable by this user only. */
async function readKeys(path: string): Promise<Keys> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const keys: Keys = { hostKey: generateHostKey(), password: randomBytes(18).toString('base64url') }
  await writeFile(`${path}.new`, JSON.stringify(keys), { mode: 0o600 })
  await rename(`${path}.new`, path)
  return keys
}
