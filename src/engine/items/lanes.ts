import { ruleOf } from '../../shared/domain/failure.ts'
import type { HoldKey } from '../../shared/domain/hold-key.ts'
import type { Item } from '../../shared/domain/item.ts'
import type { Result } from '../../shared/domain/result.ts'
import { announce, applyInTransaction, type QueueContext } from './context.ts'
import { faultMet } from './fault-policy.ts'
import { createLane, type Lane, type LaneOptions } from './lane.ts'

export interface ItemLaneOptions<W> extends Pick<LaneOptions<W>, 'capacity' | 'run'> {
  readonly name: string
  /** What waits when a bug keeps items from being claimed. */
  readonly claimHold: HoldKey
  /** Items that may be taken up now. */
  waiting(room: number): readonly Item[]
  /** Inside the transaction that claims it. */
  workOf(claimed: Item): W
}

/** A lane that does one stage's work, item by item. */
export function createItemLane<W extends { readonly item: Item }>(
  context: QueueContext,
  { name, capacity, claimHold, waiting, workOf, run }: ItemLaneOptions<W>,
): Lane {
  return createLane<W>({
    capacity,
    async claim(room) {
      if (waiting(room).length === 0) return []
      const claimed = await context.catalog.write(() =>
        // Looked for once more: what was free a moment before may be paused, held or being cancelled by now.
        waiting(room).flatMap(({ id }) => {
          const moved = applyInTransaction(context, id, { type: 'claimed' })
          return moved === null ? [] : [workOf(moved)]
        }),
      )
      for (const { item } of claimed) announce(context, item)
      return claimed
    },
    keyOf: ({ item }) => item.id,
    run,
    onFault: (error, work) =>
      faultMet(context, name, error, work === null ? { keys: [claimHold] } : { items: [work.item] }),
  })
}

export interface ShopLaneOptions<W> extends Pick<LaneOptions<W>, 'claim' | 'keyOf'> {
  /** What holds this work of a shop, and what the lane is called. */
  readonly kind: 'backend' | 'sweep' | 'catch-up'
  shopIdOf(work: W): string
  /** Does it and says so in the catalog. A throw is a bug. */
  run(work: W, signal: AbortSignal): Promise<Result<unknown>>
}

/** Pieces of work at a time. */
const SHOP_LANE_CAPACITY = 4

/** A lane whose work is that of shops, and no item's alone: what fails holds all work of its kind for the shop. */
export function createShopLane<W>(context: QueueContext, options: ShopLaneOptions<W>): Lane {
  const { kind, claim, keyOf, shopIdOf, run } = options
  return createLane<W>({
    capacity: SHOP_LANE_CAPACITY,
    claim,
    keyOf,
    async run(work, signal) {
      const done = await run(work, signal)
      if (done.ok || ruleOf(done.failure.code).class === 'stopped') return
      context.holds.add({ kind, shopId: shopIdOf(work) }, done.failure)
    },
    onFault(error, work) {
      const shopIds = work === null ? context.catalog.shops.shops().map(({ id }) => id) : [shopIdOf(work)]
      return faultMet(context, `${kind} lane`, error, { keys: shopIds.map((shopId) => ({ kind, shopId })) })
    },
  })
}
