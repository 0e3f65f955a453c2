import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { keepsRecordsHere } from '../../shared/domain/shop.ts'
import type { DueThumbnail } from '../catalog/due-thumbnails.ts'
import type { QueueContext } from '../items/context.ts'
import { smallThumbnailFile, thumbnailFile } from '../thumbnail-files.ts'
import type { RecordClient } from './client.ts'
import { type RecordAccess, recordClient } from './shop-client.ts'

/** Of those that were fetched: 32 MB at most. */
const MAX_FETCHED = 4_000
/** As many connections it takes; with the pause, a third of the requests that the service takes from a workstation. */
const SENT_AT_A_TIME = 4
const PAUSE_MS = 40
/** A person looks at the place where it will be. */
const FETCH_MS = 10_000
/** What is on its way at the end has so long; what does not arrive is sent at the next start. */
const STOP_MS = 2_000

/** A design, and the SHA-256 of its small picture where its record tells of one. */
export interface PicturedDesign {
  readonly id: string
  readonly thumbnail: string | undefined
}

/** Small pictures of the shop's designs, at its record service: colleagues see what they have never had as a file. */
export interface Thumbnails {
  /** Begins to send those that are due, beside whatever else is sent: nothing waits for it, and what does not arrive is
   *  sent the next time. A service of this computer alone is sent none. */
  sendDue(shopId: string): void
  /** The file of one that another workstation made, fetched once and then kept; null when its design has none. */
  fetch(designId: string): Promise<Result<string | null>>
  /** Removes what there is of pictures of designs that are none any more. */
  drop(designs: readonly PicturedDesign[]): void
  stop(): Promise<void>
}

export function createThumbnails(
  context: Pick<QueueContext, 'catalog' | 'holds' | 'log'>,
  access: RecordAccess,
  folder: string,
): Thumbnails {
  const { catalog, holds, log } = context
  const fetched = join(folder, 'fetched')
  const controller = new AbortController()
  const sending = new Map<string, Promise<void>>()
  const fetching = new Map<string, Promise<Result<string | null>>>()

  const sendAll = async (shopId: string): Promise<void> => {
    const shop = catalog.shops.shop(shopId)
    if (shop === null || keepsRecordsHere(shop)) return
    const client = catalog.dueThumbnails.of(shopId, 1).length > 0 ? await recordClient(context, access, shopId) : null
    if (client?.ok !== true) return
    while (!controller.signal.aborted) {
      const due = catalog.dueThumbnails.of(shopId, SENT_AT_A_TIME)
      if (due.length === 0) return
      const failures = await Promise.all(due.map((one) => send(client.value, one)))
      // Another backend by now, which shall have them.
      if (catalog.shops.shop(shopId)?.backendUrl !== shop.backendUrl) return
      await catalog.bulk(() => {
        for (const [position, { id }] of due.entries())
          if (failures[position] === null) catalog.dueThumbnails.remove(id)
      })
      const failed = failures.find((one) => one !== null)
      if (failed != null) return log.info('thumbnails not sent', { shop: shopId, code: failed.code })
      await wait(PAUSE_MS)
    }
  }

  /** Null when there is nothing more to be done about it. */
  const send = async (client: RecordClient, { id, sha256 }: DueThumbnail): Promise<Failure | null> => {
    // One that a colleague made is here if it was looked at; of an imported design the small one is all there is.
    const files = [smallThumbnailFile(folder, id), thumbnailFile(fetched, sha256), thumbnailFile(folder, id)]
    const found = await Promise.all(files.map((file) => readFile(file).catch(() => null)))
    const bytes = found.find((one) => one !== null && createHash('sha256').update(one).digest('hex') === sha256)
    if (bytes == null) return null
    const sent = await client.putBlob(sha256, new Uint8Array(bytes), controller.signal)
    return sent.ok || sent.failure.code === 'backend-rejected' ? null : sent.failure
  }

  const load = async (designId: string): Promise<Result<string | null>> => {
    const { shopId, record } = catalog.kept.find(designId) ?? {}
    const sha256 = record?.thumbnail
    if (shopId === undefined || sha256 === undefined) return ok(null)
    const path = thumbnailFile(fetched, sha256)
    if ((await stat(path).catch(() => null)) !== null) return ok(path)
    if (holds.isHeld({ kind: 'backend', shopId })) return fail(failure('backend-unreachable'))
    const client = await recordClient(context, access, shopId)
    if (!client.ok) return client
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(FETCH_MS)])
    const blob = await client.value.blob(sha256, signal)
    if (!blob.ok) return blob
    await keep(path, blob.value)
    return ok(path)
  }

  const keep = async (path: string, bytes: Uint8Array): Promise<void> => {
    await mkdir(fetched, { recursive: true })
    await writeFile(`${path}.part`, bytes)
    await rename(`${path}.part`, path)
    const names = await readdir(fetched)
    if (names.length > MAX_FETCHED) await dropOldest(names)
  }

  /** A quarter of them. */
  const dropOldest = async (names: readonly string[]): Promise<void> => {
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(fetched, name)
        return { path, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 }
      }),
    )
    const old = files.sort((a, b) => a.at - b.at).slice(0, Math.ceil(MAX_FETCHED / 4))
    await Promise.all(old.map(({ path }) => rm(path, { force: true })))
  }

  return {
    sendDue(shopId) {
      if (sending.has(shopId) || controller.signal.aborted) return
      const sent = sendAll(shopId)
        .catch((error) => log.error('thumbnails', { error: String(error) }))
        .finally(() => sending.delete(shopId))
      sending.set(shopId, sent)
    },
    fetch(designId) {
      const running = fetching.get(designId)
      if (running !== undefined) return running
      const begun = load(designId).finally(() => fetching.delete(designId))
      fetching.set(designId, begun)
      return begun
    },
    drop(designs) {
      for (const { id, thumbnail } of designs) {
        const files = [
          thumbnailFile(folder, id),
          ...(thumbnail === undefined ? [] : [thumbnailFile(fetched, thumbnail)]),
        ]
        for (const file of files)
          void rm(file, { force: true }).catch((error) => log.warn('picture stays', { file, error: String(error) }))
      }
    },
    async stop() {
      const sent = Promise.all(sending.values())
      const timer = new AbortController()
      await Promise.race([sent, wait(STOP_MS, undefined, { signal: timer.signal }).catch(() => undefined)])
      timer.abort()
      controller.abort()
      await Promise.allSettled([sent, ...fetching.values()])
    },
  }
}
