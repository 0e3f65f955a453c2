import { stat } from 'node:fs/promises'
import { type Failure, type FailureCode, failure, failureClass } from '../../shared/domain/failure.ts'
import type { Examination, Item } from '../../shared/domain/item.ts'
import { ok } from '../../shared/domain/result.ts'
import type { Handlers } from '../../shared/worker/peer.ts'
import type { PutResult, TransferContract, TransferHostContract, VerifyPolicy } from '../../shared/worker/transfer.ts'
import type { RenameIntent } from '../catalog/items.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { EngineHost } from '../ports.ts'
import { recordOf } from '../records/record.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import {
  announce,
  applyEvent,
  applyInTransaction,
  type LiveItem,
  type QueueContext,
  takeTurns,
  unclaimable,
} from './context.ts'
import { freeName, keepName, takeName } from './final-name.ts'
import { createLane, type Lane } from './lane.ts'
import { nasAccess } from './nas-access.ts'
import { remoteDir } from './remote-name.ts'

/** Uploads under way at a time; the worker spreads them over its connections, fewer at a time when they are large. */
const CAPACITY = 32
/** Read back and compare up to this size; above, the size is compared. */
const READ_BACK_BYTES = 64 * 1024 * 1024
/** Uploads of one item, over everything that may interrupt them: an attempt that made progress is not held against the
 *  item, but even those end some time. */
const MAX_UPLOADS = 100

interface Upload {
  readonly item: Item
  readonly examination: Examination
  readonly attempt: number
  readonly intent: RenameIntent | null
}

export interface TransferLaneOptions {
  readonly transfer: WorkerPool<TransferContract>
  readonly host: Pick<EngineHost, 'secret'>
}

/** waiting → uploading → verifying → stored: each file to the NAS, under its temporary name until it is verified. */
export function createTransferLane(context: QueueContext, { transfer, host }: TransferLaneOptions): Lane {
  const { catalog, holds, live, log } = context

  const claim = async (room: number): Promise<Upload[]> => {
    const held = unclaimable(context)
    const waiting = takeTurns(context, room, (batch) =>
      holds.isHeld(`nas:${batch.shopId}`) ? [] : catalog.items.inStage(batch.id, 'waiting', held, room),
    )
    if (waiting.length === 0) return []
    const uploads = await catalog.write(() => waiting.flatMap(({ id }) => claimInTransaction(id)))
    for (const { item } of uploads) announce(context, item)
    return uploads
  }

  const claimInTransaction = (id: string): Upload[] => {
    const item = applyInTransaction(context, id, { type: 'claimed' })
    if (item === null || item.state.stage !== 'uploading') return []
    const attempt = catalog.items.nextUploadAttempt(id)
    return [{ item, examination: item.state.examination, attempt, intent: catalog.items.intent(id) }]
  }

  const run = async (upload: Upload, signal: AbortSignal): Promise<void> => {
    const { item, examination, attempt, intent } = upload
    const shop = catalog.shops.shop(item.shopId)
    const template = catalog.shops.template(item.templateId)
    if (shop === null || template === null) throw new Error(`item ${item.id} without shop or template`)
    const access = await nasAccess(catalog, host, item.shopId)
    if (!access.ok) return holdNas(item, access.failure)
    const opened = await transfer.call('openNas', { nasId: shop.id, access: access.value })
    if (!opened.ok) return failedUpload(upload, opened.failure, false)

    const verify: VerifyPolicy = examination.source.sizeBytes <= READ_BACK_BYTES ? 'read-back' : 'size'
    const shown: LiveItem = { batchId: item.batchId, sentBytes: 0, stage: null }
    live.set(item.id, shown)
    const result = await transfer.call(
      'put',
      {
        nasId: shop.id,
        itemId: item.id,
        attempt,
        source: item.source,
        sha256: examination.fingerprint.sha256,
        remoteDir: remoteDir(access.value.nas.root, shop, template),
        verify,
        ...(intent === null ? {} : { settle: { fileName: intent.finalName, attempt: intent.attempt } }),
      },
      {
        signal,
        onEvent: (event) => {
          if (event.kind === 'sent') {
            context.traffic.ackedBytes += event.ackedBytes - shown.sentBytes
            shown.sentBytes = event.ackedBytes
          } else shown.stage = 'verifying'
          context.itemChanged(item.id, item.batchId)
        },
      },
    )
    live.delete(item.id)
    if (result.ok) await stored(upload, result.value)
    else await failedUpload(upload, result.failure, shown.sentBytes > 0)
  }

  /** `stored` and its outbox row are one transaction: a file on the NAS is never without its record to come. */
  const stored = async ({ item, examination }: Upload, put: PutResult): Promise<void> => {
    holds.lift(`nas:${item.shopId}`)
    holds.lift(`item:${item.id}`)
    await catalog.write(() => {
      const intent = catalog.items.intent(item.id)
      if (intent === null) throw new Error(`item ${item.id} was stored without a number`)
      const { remotePath, sizeBytes, verifiedBy, durable } = put
      const { sha256 } = examination.fingerprint
      const file = { designId: item.id, number: intent.number, remotePath, sizeBytes, sha256, verifiedBy, durable }
      const moved = applyInTransaction(context, item.id, { type: 'stored', stored: file })
      if (moved === null) throw new Error(`item ${item.id} was stored but not uploading`)
      keepName(catalog, moved, file)
      const { id, shopId, templateId, copy, source } = moved
      const design = { id, shopId, templateId, copy, fileName: source.fileName, fingerprint: examination.fingerprint }
      catalog.designs.addKnown(design, intent.number, remotePath)
      const now = context.clock.now()
      catalog.outbox.add(shopId, recordOf(catalog, moved, examination, file, put.fileName, now), now)
    })
    const moved = catalog.items.get(item.id)
    if (moved !== null) announce(context, moved)
  }

  const failedUpload = async (upload: Upload, because: Failure, madeProgress: boolean): Promise<void> => {
    const { item, attempt } = upload
    const end = (event: 'failed' | 'cancelled'): Promise<unknown> =>
      applyEvent(
        context,
        item.id,
        event === 'failed' ? { type: event, failure: because } : { type: event },
        (moved) => {
          if (!isInDoubt(because.code)) freeName(catalog, moved)
        },
      )
    if (because.code === 'cancelled') {
      // The worker says so only when nothing was stored. A pause or the end of the program puts the item back.
      if (context.cancelling.has(item.id)) await end('cancelled')
      else await applyEvent(context, item.id, { type: 'released' })
      return
    }
    if (because.code === 'source-changed') return rehash(item, because)
    if (attempt >= MAX_UPLOADS) return void (await end('failed'))
    if (because.code === 'nas-unreachable' || failureClass(because.code) === 'hold') return holdNas(item, because)
    if (failureClass(because.code) === 'permanent') return void (await end('failed'))
    if (madeProgress || because.code === 'worker-gone') {
      await applyEvent(context, item.id, { type: 'released' })
      return
    }
    holds.add(`item:${item.id}`, because)
    await applyEvent(context, item.id, { type: 'attempt-failed', failure: because })
  }

  /** Nobody's fault but the NAS's: everything for it waits, and no attempt is counted. */
  const holdNas = async (item: Item, because: Failure): Promise<void> => {
    holds.add(`nas:${item.shopId}`, because)
    await applyEvent(context, item.id, { type: 'released' })
  }

  const rehash = async (item: Item, because: Failure): Promise<void> => {
    const now = await stat(item.source.path).catch(() => null)
    const gone = (): Promise<unknown> =>
      applyEvent(context, item.id, { type: 'failed', failure: failure('source-gone') }, (moved) =>
        freeName(catalog, moved),
      )
    if (now === null) return void (await gone())
    holds.add(`item:${item.id}`, because)
    const source = { ...item.source, sizeBytes: now.size, mtimeMs: Math.floor(now.mtimeMs) }
    await applyEvent(context, item.id, { type: 'source-changed', source }, (moved) => {
      freeName(catalog, moved)
      catalog.designs.removePending(moved.id)
    })
  }

  return createLane({
    capacity: CAPACITY,
    claim,
    keyOf: ({ item }) => item.id,
    run,
    onFault: (error) => log.error('transfer lane', { error: String(error) }),
  })
}

/** What a transfer worker asks of the engine. */
export function transferHandlers(catalog: Catalog): Handlers<TransferHostContract> {
  return {
    takeName: async ({ itemId, attempt, foreign }) => {
      const intent = await catalog.write(() => {
        const item = catalog.items.get(itemId)
        if (item === null) throw new Error(`no item ${itemId}`)
        return takeName(catalog, item, attempt, foreign)
      })
      return ok({ fileName: intent.finalName })
    },
  }
}

/** A rename may have been sent and its answer lost: whether the file is stored is not known. */
function isInDoubt(code: FailureCode): boolean {
  return code === 'connection-lost' || code === 'nas-unreachable' || code === 'worker-gone' || code === 'nas-failure'
}
