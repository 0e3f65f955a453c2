import { rename, rm } from 'node:fs/promises'
import { failure } from '../shared/domain/failure.ts'
import { fail, ok, type Result } from '../shared/domain/result.ts'
import { type Backend, createBackend } from './backend.ts'
import { datedName } from './database/embedded.ts'
import type { Transport } from './http/transport.ts'
import type { WorkerPlace } from './mockup-worker/run-worker.ts'

const DEVICE = 'this computer'

export interface LocalServiceOptions {
  /** Of its data, made if missing. */
  readonly folder: string
  /** The file of the database's thread. */
  readonly workerEntry: URL
  readonly shopName: string
  readonly transport?: Transport
  /** Makes mockups; without it none are made. */
  readonly worker?: WorkerPlace
}

/** A record service of one shop, on a free port of this computer and for nobody else. */
export interface LocalService {
  readonly url: string
  /** Of this start alone: it ends those of earlier ones. */
  readonly token: string
  /** Where the folder went that did not open; null when it did. */
  readonly keptIn: string | null
  /** Resolves when the database is gone for good; with the reason, if it was not closed. */
  readonly lost: Promise<string | null>
  close(): Promise<void>
}

/** Starts it. A folder that does not open is set aside and begun anew: the engine sends again what it had. Fails when another
 *  process has the folder, and when a new one does not open either. */
export async function startLocalService(options: LocalServiceOptions): Promise<Result<LocalService>> {
  const opened = await openOrSetAside(options)
  if (!opened.ok) return opened
  const { backend, token, keptIn } = opened.value
  try {
    const url = await backend.listen('127.0.0.1', 0)
    return ok({ url, token, keptIn, lost: backend.lost, close: () => backend.close() })
  } catch (error) {
    await backend.close()
    throw error
  }
}

interface Opened {
  readonly backend: Backend
  readonly token: string
}

async function openOrSetAside(
  options: LocalServiceOptions,
): Promise<Result<Opened & { readonly keptIn: string | null }>> {
  const { folder } = options
  const first = await open(options)
  if (first.ok) return ok({ ...first.value, keptIn: null })
  if (first.failure.code !== 'catalog-damaged') return first
  const keptIn = datedName(folder, 'damaged')
  await rename(folder, keptIn)
  const anew = await open(options)
  if (anew.ok) return ok({ ...anew.value, keptIn })
  // A full disk or the like: it may be whole.
  await rm(folder, { recursive: true, force: true })
  await rename(keptIn, folder)
  return first
}

async function open({
  folder,
  workerEntry,
  shopName,
  transport,
  worker,
}: LocalServiceOptions): Promise<Result<Opened>> {
  const database = { kind: 'embedded', folder, workerEntry } as const
  const created = await createBackend({
    database,
    ...(transport === undefined ? {} : { transport }),
    ...(worker === undefined ? {} : { worker }),
  })
  if (!created.ok) return created
  const backend = created.value
  try {
    return ok({ backend, token: await renewToken(backend, shopName) })
  } catch (error) {
    await backend.close()
    return fail(failure('catalog-damaged', String(error)))
  }
}

/** A token is known only when it is made, and this shop has one user: each start makes a new one and ends the others. */
async function renewToken(backend: Backend, shopName: string): Promise<string> {
  const added = (await backend.addShop(shopName, DEVICE)) ?? (await backend.addToken(shopName, DEVICE))
  if (added === null) throw new Error(`no shop ${shopName}`)
  for (const { tokens } of await backend.listShops()) {
    const old = tokens.filter(({ id, revokedAt }) => id !== added.tokenId && revokedAt === null)
    for (const { id } of old) await backend.revokeToken(id)
  }
  return added.token
}
