import type { Item } from '../../shared/domain/item.ts'
import type { DuplicatePolicy, Match } from '../../shared/domain/match.ts'
import { isToSend } from '../../shared/domain/stages.ts'
import { announce, applyInTransaction, claimable, type QueueContext } from '../items/context.ts'
import { faultMet } from '../items/fault-policy.ts'
import { createLane, type Lane } from '../items/lane.ts'
import type { Verdict } from '../items/transition.ts'
import type { NumberLeases } from '../records/number-leases.ts'
import { resemblanceOf } from '../similarity/rule.ts'
import type { NearDesign } from '../similarity/search.ts'
import type { SimilarityIndex } from '../similarity/similarity-index.ts'
import { type CloserLook, looked } from './closer-look.ts'
import { equalMatches, judge, nearMatches, saidBefore, sameOf } from './judge.ts'

/** Items matched in one pass over the library. */
const CHUNK = 20

type MatchingItem = Item & { readonly state: Extract<Item['state'], { stage: 'matching' }> }

/** What is near an item, and which of it shows the same after a closer look. */
interface Found {
  readonly near: readonly NearDesign[]
  readonly same: ReadonlySet<string>
}

export interface MatchLane extends Lane {
  /** The item that others may be waiting for ended or is stored. */
  settled(itemId: string): void
}

/** matching → waiting, review or skipped: chunk by chunk, in the order of the drop, one chunk at a time, so that of two
 *  twins the first is kept. */
export function createMatchLane(
  context: QueueContext,
  index: SimilarityIndex,
  closerLook: CloserLook,
  numbers: Pick<NumberLeases, 'ensure'>,
): MatchLane {
  const { catalog, holds, waitingFor } = context

  const claim = (): Promise<MatchingItem[][]> => {
    const items = claimable(context, 'matching', CHUNK, { beforeOf: catalog.items.firstUnexamined })
    const matching = items.filter(isMatching)
    const templateId = matching[0]?.templateId
    const chunk = matching.filter((item) => item.templateId === templateId).sort(byDrop)
    return Promise.resolve(chunk.length === 0 ? [] : [chunk])
  }

  const run = async (chunk: MatchingItem[]): Promise<void> => {
    const { shopId, templateId } = chunk[0] ?? { shopId: '', templateId: '' }
    const begunAt = context.clock.monotonic()
    const queries = chunk.map(({ id, state }) => ({ id, fingerprint: state.examination.fingerprint }))
    const near = await index.query(templateId, queries, catalog.shops.matchingOf(templateId))
    if (!near.ok) {
      holds.add({ kind: 'index' }, near.failure)
      return
    }
    holds.lift({ kind: 'index' })
    const looks = await Promise.all(chunk.map((item, position) => lookAt(item, near.value[position] ?? [], chunk)))
    const foundFor = (position: number): Found => ({
      near: near.value[position] ?? [],
      same: looks[position] ?? new Set(),
    })
    // As far as it can be told by now: no number is asked for what the shop has.
    const toSend = chunk.filter((item, position) => isUpload(judgeItem(item, foundFor(position), [])))
    await numbers.ensure(templateId, toSend.length, chunk.length)
    const moved = await catalog.write(() =>
      chunk.flatMap((item, position) => {
        const judgement = judgeItem(item, foundFor(position), chunk.slice(0, position))
        if ('waitFor' in judgement) {
          // Here and not after the commit: the one it waits for may settle in the same commit.
          waitingFor.set(item.id, judgement.waitFor)
          return []
        }
        const event = { type: 'matched', verdict: judgement, isPrepared: isPrepared(catalog, item) } as const
        return applyInTransaction(context, item.id, event, (to) => addPendingDesign(catalog, to)) ?? []
      }),
    )
    context.durations.note(shopId, 'matching', context.clock.monotonic() - begunAt)
    for (const item of moved) announce(context, item)
    // Who waits for rest may have looked before it was known what these wait for.
    for (const { id, batchId } of chunk) if (waitingFor.has(id)) context.itemChanged(id, batchId)
  }

  /** What an earlier item of the chunk became is seen inside the transaction. */
  const judgeItem = (
    item: MatchingItem,
    { near, same }: Found,
    earlier: readonly MatchingItem[],
  ): Verdict | { readonly waitFor: string } => {
    const { fingerprint } = item.state.examination
    const matches = [
      ...equalMatches(catalog.designs, { ...item, fingerprint }),
      ...nearMatches(catalog.designs, near, same),
      ...nearWithinChunk(item, earlier, same),
    ]
    const { designs, decisions } = catalog
    const said = saidBefore(decisions, item.shopId, fingerprint.sha256, designs.sha256Of)
    return judge(policyOf(item), matches, said, designs.nextCopy(item.templateId, fingerprint.sha256))
  }

  const nearWithinChunk = (item: MatchingItem, earlier: readonly MatchingItem[], same: ReadonlySet<string>): Match[] =>
    earlier.flatMap((other) => {
      const { id, source } = other
      const alike = resemblance(item, other)
      const stage = catalog.items.get(id)?.state.stage
      return alike === null || stage === undefined || !isToSend(stage)
        ? []
        : [{ against: 'item', id, fileName: source.fileName, ...alike, ...sameOf(id, same) } satisfies Match]
    })

  const resemblance = ({ templateId, state }: MatchingItem, other: MatchingItem) =>
    resemblanceOf(
      state.examination.fingerprint,
      other.state.examination.fingerprint,
      catalog.shops.matchingOf(templateId),
    )

  const policyOf = ({ id, batchId }: Item): DuplicatePolicy => {
    const policy = catalog.batches.get(batchId)?.policy
    if (policy === undefined) throw new Error(`item ${id} without a batch`)
    return policy
  }

  /** Only where what is near may be skipped unasked. */
  const lookAt = (item: MatchingItem, near: readonly NearDesign[], chunk: readonly MatchingItem[]) => {
    if (policyOf(item).onSimilar !== 'skip') return new Set<string>()
    const earlier = chunk.slice(0, chunk.indexOf(item)).filter((other) => resemblance(item, other)?.kind === 'near')
    return closerLook(looked(item.id, item.state.examination.fingerprint), [
      ...near.filter(({ kind }) => kind === 'near').map(({ id }) => ({ id, size: catalog.designs.pixelsOf(id) })),
      ...earlier.map(({ id, state }) => looked(id, state.examination.fingerprint)),
    ])
  }

  const lane = createLane<MatchingItem[]>({
    capacity: 1,
    claim,
    keyOf: (chunk) => chunk[0]?.id ?? '',
    run,
    onFault: (error, chunk) =>
      faultMet(context, 'match lane', error, chunk === null ? { keys: [{ kind: 'index' }] } : { items: chunk }),
  })
  return Object.assign(lane, {
    settled(itemId: string) {
      for (const [waiter, first] of waitingFor) {
        if (first === itemId || waiter === itemId) waitingFor.delete(waiter)
      }
      lane.wake()
    },
  })
}

/** From now on an item that is to be sent is a design on its way, that later ones are compared with. Inside a write
 *  transaction. */
export function addPendingDesign(catalog: QueueContext['catalog'], item: Item): void {
  if (!isToSend(item.state.stage) || !('examination' in item.state)) return
  const { id, shopId, templateId, copy, source } = item
  const { fingerprint } = item.state.examination
  catalog.designs.addPending({ id, shopId, templateId, copy, fileName: source.fileName, fingerprint })
}

/** Does the item's template make print files? */
export function isPrepared({ shops }: Pick<QueueContext['catalog'], 'shops'>, item: Item): boolean {
  return shops.template(item.templateId)?.preparation !== undefined
}

function isUpload(judgement: ReturnType<typeof judge>): boolean {
  return 'kind' in judgement && judgement.kind === 'upload'
}

function isMatching(item: Item): item is MatchingItem {
  return item.state.stage === 'matching'
}

function byDrop(a: Item, b: Item): number {
  return a.batchId === b.batchId ? a.seq - b.seq : 0
}
