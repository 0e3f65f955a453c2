import { failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import {
  type Decision,
  isDuplicate,
  type KeptTwin,
  type LastingDecision,
  type RefusedItem,
  type Undone,
} from '../../shared/domain/match.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Remembered } from '../catalog/decisions.ts'
import { announce, applyInTransaction, type QueueContext } from '../items/context.ts'
import type { Lane } from '../items/lane.ts'
import { isSettled } from '../items/twins.ts'
import type { NumberLeases } from '../records/number-leases.ts'
import { addPendingDesign, isPrepared } from './match-lane.ts'
import { hasReplaced, whyNoReplacement } from './replacement.ts'
import type { Twins } from './twins.ts'
import type { UndoReplacement } from './undo-replacement.ts'

export interface Decisions {
  /** Moves the items that are in review, and remembers what was said of them for the whole shop. `cannot-replace` when one
   *  cannot take the place of what it resembles most. */
  decide(itemIds: readonly string[], decision: Decision): Promise<Result<null>>
  /** Settles designs that a colleague has stored as well; those of which it could not be, and why. */
  settleTwins(itemIds: readonly string[], kept: KeptTwin): Promise<readonly RefusedItem[]>
  /** Takes back what was last said of the items, on the NAS as well where one has replaced a design there. */
  undo(itemIds: readonly string[]): Promise<Undone>
}

export interface DecisionParts {
  readonly replacements: Pick<UndoReplacement, 'undo'>
  readonly twins: Pick<Twins, 'withdraw' | 'undo'>
  readonly numbers: Pick<NumberLeases, 'ensure'>
}

/** `lanes` are those that may be at work on an item once it is decided. */
export function createDecisions(
  context: QueueContext,
  lanes: readonly Pick<Lane, 'abort'>[],
  { replacements, twins, numbers }: DecisionParts,
): Decisions {
  const { catalog } = context

  /** What is decided together gets its numbers in the order of the drop. */
  const inDropOrder = (itemIds: readonly string[]): string[] => {
    const items = itemIds.flatMap((id) => catalog.items.get(id) ?? [])
    return [...Map.groupBy(items, ({ batchId }) => batchId).values()]
      .flatMap((of) => of.toSorted((a, b) => a.seq - b.seq))
      .map(({ id }) => id)
  }

  const ensureNumbers = async (itemIds: readonly string[]): Promise<void> => {
    const items = itemIds.flatMap((id) => catalog.items.get(id) ?? [])
    for (const [id, of] of Map.groupBy(items, ({ templateId }) => templateId)) await numbers.ensure(id, of.length, 0)
  }

  const decideOne = (id: string, decision: Decision): Item[] => {
    const item = catalog.items.get(id)
    if (item?.state.stage !== 'review') return []
    const copy = catalog.designs.nextCopy(item.templateId, item.state.examination.fingerprint.sha256)
    const event = { type: 'decided', decision, copy, isPrepared: isPrepared(catalog, item) } as const
    const moved = applyInTransaction(context, id, event, (decided) => {
      for (const remembered of saidOf(item, decision)) {
        catalog.decisions.put(item.shopId, remembered)
        tell(item.shopId, remembered)
      }
      addPendingDesign(catalog, decided)
    })
    return moved === null ? [] : [moved]
  }

  /** Of equal bytes nothing is remembered: what becomes of them the batch's policy says, each time. */
  const saidOf = ({ id, state }: Item, decision: Decision): Remembered[] => {
    if (state.stage !== 'review' || decision === 'replace') return []
    const { sha256 } = state.examination.fingerprint
    return state.matches.flatMap((match) => {
      const againstSha256 = isDuplicate(match.kind) ? null : catalog.designs.sha256Of(match.id)
      return againstSha256 === null ? [] : [{ sha256, againstSha256, designId: id, againstId: match.id, decision }]
    })
  }

  const tell = (shopId: string, said: Omit<Remembered, 'decision'> & { decision: LastingDecision | null }): void =>
    catalog.outbox.addDecision(shopId, { id: context.newId(), ...said }, context.clock.now())

  /** With a rename promised the file may stand on the NAS already: it goes on. */
  const undoOne = async (id: string): Promise<Result<boolean>> => {
    context.undoing.add(id)
    try {
      const item = catalog.items.get(id)
      if (item === null) return ok(false)
      if (hasReplaced(item)) {
        const undone = await replacements.undo(id)
        return undone.ok ? ok(true) : undone
      }
      if (isSettled(catalog.twins.get(id))) {
        const undone = await twins.undo(id)
        return undone.ok ? ok(true) : undone
      }
      await Promise.all(lanes.map((lane) => lane.abort(id)))
      const moved = await catalog.write(() => {
        for (const remembered of catalog.decisions.ofDesign(id)) {
          catalog.decisions.remove(item.shopId, remembered)
          tell(item.shopId, { ...remembered, decision: null })
        }
        if (catalog.items.intent(id) !== null) return null
        return applyInTransaction(context, id, { type: 'undone' }, ({ batchId }) => catalog.batches.reopen(batchId))
      })
      if (moved !== null) announce(context, moved)
      return ok(moved !== null)
    } finally {
      context.undoing.delete(id)
    }
  }

  return {
    async decide(itemIds, decision) {
      const refused = decision === 'replace' ? whyNoReplacement(catalog, itemIds) : null
      if (refused !== null) return fail(failure('cannot-replace', refused))
      if (decision === 'keep') await ensureNumbers(itemIds)
      const moved = await catalog.write(() => inDropOrder(itemIds).flatMap((id) => decideOne(id, decision)))
      for (const item of moved) announce(context, item)
      context.outboxChanged()
      return ok(null)
    },
    async settleTwins(itemIds, kept) {
      if (kept === 'both') {
        await catalog.write(() => itemIds.forEach(catalog.twins.keepBoth))
        for (const item of itemIds.flatMap((id) => catalog.items.get(id) ?? []))
          context.itemChanged(item.id, item.batchId)
        return []
      }
      const settled = await Promise.all(
        itemIds.map(async (itemId) => ({ itemId, result: await twins.withdraw(itemId) })),
      )
      return refusedOf(settled)
    },
    async undo(itemIds) {
      const undone = await Promise.all(itemIds.map(async (itemId) => ({ itemId, result: await undoOne(itemId) })))
      context.outboxChanged()
      const whose = (isReopened: boolean): string[] =>
        undone.flatMap(({ itemId, result }) => (result.ok && result.value === isReopened ? [itemId] : []))
      return {
        reopened: whose(true),
        kept: whose(false),
        refused: refusedOf(undone),
      }
    },
  }
}

function refusedOf(
  answered: readonly { readonly itemId: string; readonly result: Result<unknown> }[],
): readonly RefusedItem[] {
  return answered.flatMap(({ itemId, result }) => (result.ok ? [] : [{ itemId, failure: result.failure }]))
}
