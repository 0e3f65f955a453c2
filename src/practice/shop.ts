import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Backend, createBackend } from '../backend/backend.ts'
import { embeddedWorkerEntry } from '../backend/database/embedded-worker-entry.ts'
import { failure } from '../shared/domain/failure.ts'
import { fail, ok, type Result } from '../shared/domain/result.ts'
import type { PracticePlace } from '../shared/ipc/practice.ts'
import { generateHostKey, startPracticeNas } from './nas.ts'

const SHOP_NAME = 'Practice shop'
const DEVICE = 'this computer'
const USER = 'practice'

export interface PracticeOptions {
  /** The NAS's files lie in `nas` below it, the records in `backend`; made if missing. */
  readonly folder: string
  /** `import.meta.url` of the process's entry: the file of the database's thread stands with it. */
  readonly entryUrl: string
  /** Hears of bugs in serving the NAS. */
  readonly onFault: (error: unknown) => void
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
  const { folder, entryUrl, onFault } = options
  const workerEntry = embeddedWorkerEntry(entryUrl)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const created = await createBackend({ database: { kind: 'embedded', folder: join(folder, 'backend'), workerEntry } })
  if (!created.ok) return created
  const backend = created.value
  try {
    const token = await renewToken(backend)
    const { hostKey, password } = await readKeys(join(folder, 'practice-keys.json'))
    const backendUrl = await backend.listen('127.0.0.1', 0)
    const nas = await startPracticeNas({ folder: join(folder, 'nas'), hostKey, user: USER, password, onFault })
    return ok({
      place: {
        nas: { host: nas.host, port: nas.port, user: USER, root: '/' },
        password,
        fingerprint: nas.fingerprint,
        backendUrl,
        token,
      },
      lost: backend.lost,
      async close() {
        await nas.close()
        await backend.close()
      },
    })
  } catch (error) {
    await backend.close()
    return fail(failure('configuration', error instanceof Error ? error.message : String(error)))
  }
}

/** A token is known only when it is made, and this shop has one user: each start makes a new one and ends the others. */
async function renewToken(backend: Backend): Promise<string> {
  const added = (await backend.addShop(SHOP_NAME, DEVICE)) ?? (await backend.addToken(SHOP_NAME, DEVICE))
  if (added === null) throw new Error(`no shop ${SHOP_NAME}`)
  for (const { tokens } of await backend.listShops()) {
    const old = tokens.filter(({ id, revokedAt }) => id !== added.tokenId && revokedAt === null)
    for (const { id } of old) await backend.revokeToken(id)
  }
  return added.token
}

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
