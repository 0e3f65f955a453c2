import type { Item } from '../../shared/domain/item.ts'
import type { Match } from '../../shared/domain/match.ts'
import type { Recheck } from '../catalog/rechecks.ts'
import type { QueueContext } from '../items/context.ts'
import { faultMet } from '../items/fault-policy.ts'
import { createLane, type Lane } from '../items/lane.ts'
import { addTwin } from '../items/twins.ts'
import type { NearDesign } from '../similarity/search.ts'
import type { SimilarityIndex } from '../similarity/similarity-index.ts'
import { equalMatches, judge, nearMatches, saidBefore } from './judge.ts'

/** Items compared in one pass over the library. */
const CHUNK = 20
/** Rows looked at for them: of most there is nothing to compare with. */
const LOOKED_AT = 500

type DoneItem = Item & { readonly state: Extract<Item['state'], { stage: 'done' }> }

interface Chunk {
  readonly templateId: string
  readonly work: readonly { readonly recheck: Recheck; readonly item: DoneItem }[]
}

/** Stored items that were compared before all that colleagues had stored until then was known here, as while the service was
 *  away: what resembles an earlier design of a colleague is asked about, as its batch's policy has it, and stays done. */
export function createRecheckLane(context: QueueContext, index: SimilarityIndex): Lane {
  const { catalog, holds } = context
  const { designs, rechecks } = catalog

  const claim = async (): Promise<Chunk[]> => {
    if (holds.isHeld({ kind: 'index' }) || holds.isHeld({ kind: 'local' })) return []
    const due = rechecks.due(LOOKED_AT)
    const work = due.flatMap((recheck) => {
      const item = catalog.items.get(recheck.itemId)
      return item !== null && isDone(item) && rechecks.hasNews(item.id) ? [{ recheck, item }] : []
    })
    const idle = due.filter(({ itemId }) => !work.some(({ item }) => item.id === itemId))
    if (idle.length > 0) {
      await catalog.write(() => {
        for (const { itemId } of idle) rechecks.remove(itemId)
      })
    }
    const templateId = work[0]?.recheck.templateId
    if (templateId === undefined) return due.length < LOOKED_AT ? [] : claim()
    return [{ templateId, work: work.filter(({ item }) => item.templateId === templateId).slice(0, CHUNK) }]
  }

  const run = async ({ templateId, work }: Chunk): Promise<void> => {
    const queries = work.map(({ item: { id, state } }) => ({ id, fingerprint: state.examination.fingerprint }))
    const near = await index.query(templateId, queries, catalog.shops.matchingOf(templateId))
    if (!near.ok) {
      holds.add({ kind: 'index' }, near.failure)
      return
    }
    holds.lift({ kind: 'index' })
    const asked = await catalog.write(() =>
      work.flatMap(({ recheck, item }, position) => {
        rechecks.remove(item.id)
        const match = toAsk(recheck, item, near.value[position] ?? [])
        return match === null ? [] : addTwin(catalog, item.id, { twinId: match.id, kind: match.kind, device: null })
      }),
    )
    for (const { id, batchId } of asked) context.itemChanged(id, batchId)
  }

  /** The closest of what a colleague stored earlier; null where it is not to be asked about. Of equal bytes the service tells. */
  const toAsk = ({ itemId, rev }: Recheck, item: DoneItem, near: readonly NearDesign[]): Match | null => {
    const { fingerprint } = item.state.examination
    const found = [...equalMatches(designs, { ...item, fingerprint }), ...nearMatches(designs, near, new Set())]
    const news = found.filter(
      ({ id }) =>
        rechecks.isNews({ itemId, id, rev }) &&
        catalog.items.get(id) === null &&
        designs.sha256Of(id) !== fingerprint.sha256,
    )
    const policy = catalog.batches.get(item.batchId)?.policy
    if (policy === undefined) return null
    const said = saidBefore(catalog.decisions, item.shopId, fingerprint.sha256, designs.sha256Of)
    const judgement = judge(policy, news, said, 0)
    if ('waitFor' in judgement || judgement.kind === 'upload') return null
    return judgement.kind === 'skip' ? judgement.match : (judgement.matches[0] ?? null)
  }

  return createLane<Chunk>({
    capacity: 1,
    claim,
    keyOf: ({ work: [first] }) => first?.item.id ?? '',
    run,
    onFault: (error) => faultMet(context, 'recheck lane', error, { keys: [{ kind: 'index' }] }),
  })
}

function isDone(item: Item): item is DoneItem {
  return item.state.stage === 'done'
}
