import { ok, type Result } from '../../shared/domain/result.ts'
import type { Shop } from '../../shared/domain/shop.ts'
import type { QueueContext } from '../items/context.ts'
import type { Lane } from '../items/lane.ts'
import { createShopLane } from '../items/lanes.ts'
import type { HashFeed } from '../records/hash-feed.ts'
import { learnFiles } from './found-files.ts'
import { listTemplate, type NasParts } from './nas-access.ts'

export interface CatchUpLaneOptions extends NasParts {
  readonly feed: Pick<HashFeed, 'catchUp'>
  /** The shop's designs are known again: what waited for that may go on. */
  readonly onCaughtUp: () => void
}

/** After the catalog was rebuilt: reads of each shop what has been recorded, then what stands on the NAS. Before that
 *  nothing of the shop is matched or sent, as it may be there already. */
export function createCatchUpLane(context: QueueContext, options: CatchUpLaneOptions): Lane {
  const { catalog, holds, log } = context

  const isDue = ({ id }: Shop): boolean =>
    !lane.underWay().includes(id) && !holds.isHeld({ kind: 'catch-up', shopId: id }) && catalog.found.due(id).length > 0

  const run = async (shop: Shop, signal: AbortSignal): Promise<Result<null>> => {
    // First the records: what is recorded is nothing to be found.
    const read = await options.feed.catchUp(shop.id)
    if (!read.ok) return read
    for (const templateId of catalog.found.due(shop.id)) {
      const template = catalog.shops.template(templateId)
      if (template === null) continue
      const listed = await listTemplate(catalog, options, template, signal)
      if (!listed.ok) return listed
      await learnFiles(context, template, listed.value)
      log.info('listed after a rebuild', { template: template.name, files: listed.value.length })
    }
    holds.lift({ kind: 'catch-up', shopId: shop.id })
    options.onCaughtUp()
    return ok(null)
  }

  const lane = createShopLane<Shop>(context, {
    kind: 'catch-up',
    claim: async () => catalog.shops.shops().filter(isDue),
    keyOf: ({ id }) => id,
    shopIdOf: ({ id }) => id,
    run,
  })
  return lane
}
