import { remoteDir } from '../../shared/domain/remote-name.ts'
import type { Result } from '../../shared/domain/result.ts'
import { ok } from '../../shared/domain/result.ts'
import type { Shop, Template } from '../../shared/domain/shop.ts'
import type { ListedFile, TransferContract } from '../../shared/worker/transfer.ts'
import type { QueueContext } from '../items/context.ts'
import { faultMet } from '../items/fault-policy.ts'
import { createLane, type Lane } from '../items/lane.ts'
import type { EngineHost } from '../ports.ts'
import type { HashFeed } from '../records/hash-feed.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import { learnFiles } from './found-files.ts'
import { nasAccess } from './nas-access.ts'

export interface CatchUpLaneOptions {
  readonly transfer: WorkerPool<TransferContract>
  readonly host: Pick<EngineHost, 'secret' | 'agentPath'>
  readonly feed: Pick<HashFeed, 'catchUp'>
  /** The shop's designs are known again: what waited for that may go on. */
  readonly onCaughtUp: () => void
}

/** After the catalog was rebuilt: reads of each shop what has been recorded, then what stands on the NAS. Before that
 *  nothing of the shop is matched or sent, as it may be there already. */
export function createCatchUpLane(context: QueueContext, options: CatchUpLaneOptions): Lane {
  const { catalog, holds, log } = context
  const { transfer, host, feed } = options
  const busy = new Set<string>()

  const claim = async (): Promise<readonly Shop[]> => {
    const due = catalog.shops
      .shops()
      .filter(
        ({ id }) =>
          !busy.has(id) && !holds.isHeld({ kind: 'catch-up', shopId: id }) && catalog.found.due(id).length > 0,
      )
    for (const { id } of due) busy.add(id)
    return due
  }

  const run = async (shop: Shop, signal: AbortSignal): Promise<void> => {
    const caughtUp = await catchUp(shop, signal)
    if (caughtUp.ok) {
      holds.lift({ kind: 'catch-up', shopId: shop.id })
      options.onCaughtUp()
    } else if (caughtUp.failure.code !== 'cancelled') holds.add({ kind: 'catch-up', shopId: shop.id }, caughtUp.failure)
  }

  const catchUp = async (shop: Shop, signal: AbortSignal): Promise<Result<null>> => {
    // First the records: what is recorded is nothing to be found.
    const read = await feed.catchUp(shop.id)
    if (!read.ok) return read
    for (const templateId of catalog.found.due(shop.id)) {
      const template = catalog.shops.template(templateId)
      if (template === null) continue
      const listed = await list(shop, template, signal)
      if (!listed.ok) return listed
      await learnFiles(context, template, listed.value)
      log.info('listed after a rebuild', { template: template.name, files: listed.value.length })
    }
    return ok(null)
  }

  const list = async (shop: Shop, template: Template, signal: AbortSignal): Promise<Result<readonly ListedFile[]>> => {
    const access = await nasAccess(catalog, host, shop.id)
    if (!access.ok) return access
    const opened = await transfer.call('openNas', { nasId: shop.id, access: access.value })
    if (!opened.ok) return opened
    return transfer.call(
      'list',
      { nasId: shop.id, remoteDir: remoteDir(access.value.nas.root, shop, template) },
      { signal },
    )
  }

  return createLane<Shop>({
    capacity: 4,
    claim,
    keyOf: ({ id }) => id,
    run: (shop, signal) => run(shop, signal).finally(() => busy.delete(shop.id)),
    onFault(error, shop) {
      const shops = shop === null ? catalog.shops.shops() : [shop]
      return faultMet(context, 'catch-up lane', error, {
        keys: shops.map(({ id }) => ({ kind: 'catch-up', shopId: id })),
      })
    },
  })
}
