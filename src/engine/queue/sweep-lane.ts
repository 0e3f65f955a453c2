import type { Item } from '../../shared/domain/item.ts'
import { remoteDir } from '../../shared/domain/remote-name.ts'
import type { Result } from '../../shared/domain/result.ts'
import type { TransferContract } from '../../shared/worker/transfer.ts'
import type { EngineHost } from '../ports.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import type { QueueContext } from './context.ts'
import { createLane, type Lane } from './lane.ts'
import { nasAccess } from './nas-access.ts'

const CAPACITY = 4

export interface SweepLaneOptions {
  readonly transfer: WorkerPool<TransferContract>
  readonly host: Pick<EngineHost, 'secret'>
}

interface Unswept {
  readonly item: Item
  readonly attempts: number
}

/** Removes the temporary files that stored and ended items may have left on the NAS: an attempt was cut, and no later
 *  one cleaned up after it. Each file is removed by its own name, so nothing of anybody else's is ever touched. */
export function createSweepLane(context: QueueContext, { transfer, host }: SweepLaneOptions): Lane {
  const { catalog, holds, log } = context
  const sweeping = new Set<string>()

  const claim = async (room: number): Promise<readonly Unswept[]> => {
    const shops = catalog.shops.shops().map(({ id }) => id)
    const held = shops.filter((id) => holds.isHeld(`nas:${id}`) || holds.isHeld(`sweep:${id}`))
    const claimed = catalog.items.unswept(held, [...sweeping], room)
    for (const { item } of claimed) sweeping.add(item.id)
    return claimed
  }

  const run = async ({ item, attempts }: Unswept, signal: AbortSignal): Promise<void> => {
    const swept = await sweep({ item, attempts }, signal)
    if (!swept.ok) {
      if (swept.failure.code !== 'cancelled') holds.add(`sweep:${item.shopId}`, swept.failure)
      return
    }
    holds.lift(`sweep:${item.shopId}`)
    await catalog.write(() => catalog.items.setSwept(item.id, attempts))
    context.itemChanged(item.id, item.batchId)
  }

  const sweep = async ({ item, attempts }: Unswept, signal: AbortSignal): Promise<Result<null>> => {
    const shop = catalog.shops.shop(item.shopId)
    const template = catalog.shops.template(item.templateId)
    if (shop === null || template === null) throw new Error(`item ${item.id} without shop or template`)
    const access = await nasAccess(catalog, host, item.shopId)
    if (!access.ok) return access
    const opened = await transfer.call('openNas', { nasId: shop.id, access: access.value })
    if (!opened.ok) return opened
    const dir = remoteDir(access.value.nas.root, shop, template)
    return transfer.call('sweep', { nasId: shop.id, itemId: item.id, attempts, remoteDir: dir }, { signal })
  }

  return createLane<Unswept>({
    capacity: CAPACITY,
    claim,
    keyOf: ({ item }) => item.id,
    run: (unswept, signal) => run(unswept, signal).finally(() => sweeping.delete(unswept.item.id)),
    async onFault(error, unswept) {
      log.error('sweep lane', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
      // Not again in this process; the next start tries once more.
      if (unswept !== null) sweeping.add(unswept.item.id)
    },
  })
}
