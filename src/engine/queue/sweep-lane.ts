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
const DAY_MS = 24 * 3600_000

export interface SweepLaneOptions {
  readonly transfer: WorkerPool<TransferContract>
  readonly host: Pick<EngineHost, 'secret'>
}

interface Unswept {
  readonly kind: 'item'
  readonly item: Item
  readonly attempts: number
}

/** A template's folder, to be looked through for what nobody knows any more. */
interface Folder {
  readonly kind: 'folder'
  readonly shopId: string
  readonly templateId: string
}

export interface SweepLane extends Lane {
  /** The item ended, or was just stored. */
  settled(itemId: string): void
}

/** Removes the temporary files that stored and ended items may have left on the NAS: an attempt was cut, and no later one
 *  cleaned up after it. Each is removed by its own name. Once a day a folder that is in use is looked through as well, for
 *  files that no item is left to answer for. Nothing of anybody else's is ever touched. */
export function createSweepLane(context: QueueContext, { transfer, host }: SweepLaneOptions): SweepLane {
  const { catalog, clock, holds, log } = context
  const sweeping = new Set<string>()
  const lookedThroughAt = new Map<string, number>()
  const folders = new Map<string, Folder>()

  const claim = async (room: number): Promise<readonly (Unswept | Folder)[]> => {
    const shops = catalog.shops.shops().map(({ id }) => id)
    const held = shops.filter((id) => holds.isHeld(`nas:${id}`) || holds.isHeld(`sweep:${id}`))
    const items = catalog.items.unswept(held, [...sweeping], room)
    for (const { item } of items) sweeping.add(item.id)
    const due = [...folders.values()].filter(({ shopId }) => !held.includes(shopId)).slice(0, room - items.length)
    for (const { templateId } of due) folders.delete(templateId)
    return [...items.map((unswept) => ({ kind: 'item', ...unswept }) as const), ...due]
  }

  const run = async (work: Unswept | Folder, signal: AbortSignal): Promise<void> => {
    const { shopId, templateId } = work.kind === 'item' ? work.item : work
    const swept = await sweep(work, shopId, templateId, signal)
    if (!swept.ok) {
      if (swept.failure.code !== 'cancelled') holds.add(`sweep:${shopId}`, swept.failure)
      return
    }
    holds.lift(`sweep:${shopId}`)
    if (work.kind === 'folder') return
    await catalog.write(() => catalog.items.setSwept(work.item.id, work.attempts))
    context.itemChanged(work.item.id, work.item.batchId)
  }

  const sweep = async (
    work: Unswept | Folder,
    shopId: string,
    templateId: string,
    signal: AbortSignal,
  ): Promise<Result<null>> => {
    const shop = catalog.shops.shop(shopId)
    const template = catalog.shops.template(templateId)
    if (shop === null || template === null) throw new Error(`no shop ${shopId} or template ${templateId}`)
    const access = await nasAccess(catalog, host, shopId)
    if (!access.ok) return access
    const opened = await transfer.call('openNas', { nasId: shop.id, access: access.value })
    if (!opened.ok) return opened
    const place = { nasId: shop.id, remoteDir: remoteDir(access.value.nas.root, shop, template) }
    if (work.kind === 'item') {
      return transfer.call('sweep', { ...place, itemId: work.item.id, attempts: work.attempts }, { signal })
    }
    return transfer.call('sweepFolder', { ...place, keepItemIds: catalog.items.resumable(templateId) }, { signal })
  }

  const noteUse = ({ shopId, templateId }: Item): void => {
    const now = clock.monotonic()
    if (now - (lookedThroughAt.get(templateId) ?? Number.NEGATIVE_INFINITY) < DAY_MS) return
    lookedThroughAt.set(templateId, now)
    folders.set(templateId, { kind: 'folder', shopId, templateId })
  }

  const keyOf = (work: Unswept | Folder): string => (work.kind === 'item' ? work.item.id : work.templateId)
  const lane = createLane<Unswept | Folder>({
    capacity: CAPACITY,
    claim,
    keyOf,
    run: (work, signal) => run(work, signal).finally(() => sweeping.delete(keyOf(work))),
    async onFault(error, work) {
      log.error('sweep lane', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
      // Not again in this process; the next start tries once more.
      if (work !== null) sweeping.add(keyOf(work))
    },
  })
  return {
    ...lane,
    get inFlight() {
      return lane.inFlight
    },
    settled(itemId) {
      const item = catalog.items.get(itemId)
      if (item?.state.stage === 'stored') noteUse(item)
      lane.wake()
    },
  }
}
