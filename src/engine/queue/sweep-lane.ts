import { posix } from 'node:path'
import { ruleOf } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { remoteDir } from '../../shared/domain/remote-name.ts'
import { ok, type Result } from '../../shared/domain/result.ts'
import type { ReplacedDesign } from '../catalog/replaced-designs.ts'
import type { Twin } from '../catalog/twins.ts'
import { sweepBlockedBy } from '../items/blocking.ts'
import type { QueueContext } from '../items/context.ts'
import type { Lane } from '../items/lane.ts'
import { createShopLane } from '../items/lanes.ts'
import { replacedId } from '../items/outcome.ts'
import { type NasParts, openNas } from './nas-access.ts'
import type { Twins } from './twins.ts'
import type { UndoReplacement } from './undo-replacement.ts'

const DAY_MS = 24 * 3600_000

/** Timers of longer than about 24 days fire at once. */
const LONGEST_SLEEP_MS = DAY_MS

export interface SweepLaneOptions extends NasParts {
  readonly replacements: UndoReplacement
  readonly twins: Pick<Twins, 'settle' | 'underWay'>
}

/** What an item may have left; a template's folder, to be looked through for what nobody knows any more; a replaced file,
 *  to be brought back, which was begun, or to be kept no longer; a withdrawn one, as well. */
type Work = { readonly key: string; readonly shopId: string; readonly templateId: string } & (
  | { readonly kind: 'item'; readonly item: Item; readonly attempts: number }
  | { readonly kind: 'folder' }
  | { readonly kind: 'kept'; readonly replaced: ReplacedDesign }
  | { readonly kind: 'twin'; readonly twin: Twin }
)

export interface SweepLane extends Lane {
  /** The item ended, or was just stored. */
  settled(itemId: string): void
}

/** Removes the temporary files that stored and ended items may have left on the NAS: an attempt was cut, and no later one
 *  cleaned up after it. Each is removed by its own name. Once a day a folder that is in use is looked through as well, for
 *  files that no item is left to answer for. Replaced files go when their time is over. Nothing of anybody else's is ever
 *  touched. */
export function createSweepLane(context: QueueContext, options: SweepLaneOptions): SweepLane {
  const { transfer, replacements, twins } = options
  const { catalog, clock, holds } = context
  const lookedThroughAt = new Map<string, number>()
  const folders = new Map<string, Work>()

  const claim = async (room: number): Promise<readonly Work[]> => {
    const shops = catalog.shops.shops().map(({ id }) => id)
    const held = shops.filter((id) => sweepBlockedBy(id).some(holds.isHeld))
    const busy = [...lane.underWay(), ...replacements.underWay, ...twins.underWay, ...context.cancelling]
    const now = clock.now()
    const items = catalog.items.unswept(now, held, busy, room)
    const due = [...folders.values()].filter(({ shopId }) => !held.includes(shopId)).slice(0, room - items.length)
    const kept = catalog.replaced.due(now, held, busy, room - items.length - due.length)
    const moving = catalog.twins.due(now, held, busy, room - items.length - due.length - kept.length)
    const nexts = [catalog.replaced.nextDueAt(now), catalog.twins.nextDueAt(now), catalog.items.nextKeptUntil(now)]
    const dueAt = nexts.filter((at) => at !== null)
    if (dueAt.length > 0) lane.wakeIn(Math.min(...dueAt.map((at) => at - now + 1), LONGEST_SLEEP_MS))
    // Nothing that may throw stands between this and its being taken up.
    for (const { templateId } of due) folders.delete(templateId)
    return [
      ...items.map(({ item, attempts }) => ({ kind: 'item', ...placeOf(item), key: item.id, item, attempts }) as const),
      ...due,
      ...kept.map((replaced) => ({ kind: 'kept', ...placeOf(replaced), key: replaced.itemId, replaced }) as const),
      ...moving.map((twin) => ({ kind: 'twin', ...placeOf(twin), key: twin.itemId, twin }) as const),
    ]
  }

  const run = async (work: Work, signal: AbortSignal): Promise<Result<null>> => {
    const swept = await sweepOne(work, signal)
    if (!swept.ok) return swept
    holds.worked({ kind: 'sweep', shopId: work.shopId })
    if (work.kind !== 'item') return swept
    await catalog.write(() => catalog.items.setSwept(work.item.id, work.attempts))
    context.itemChanged(work.item.id, work.item.batchId)
    return swept
  }

  const sweepOne = (work: Work, signal: AbortSignal): Promise<Result<null>> => {
    if (work.kind === 'twin') return twins.settle(work.twin)
    return work.kind === 'kept' ? endKept(work.replaced, signal) : sweep(work, signal)
  }

  const endKept = async (replaced: ReplacedDesign, signal: AbortSignal): Promise<Result<null>> => {
    const { itemId, shopId, keptPath, state } = replaced
    if (state === 'undoing' || keptPath === null) {
      const undone = await replacements.undo(itemId)
      // What cannot be is settled as well: the person may ask once more, and be told.
      return undone.ok || catalog.replaced.get(itemId)?.state !== 'undoing' ? ok(null) : undone
    }
    const opened = await openNas(catalog, options, shopId, signal)
    if (!opened.ok) return opened
    const dropped = await transfer.call('dropKept', { nasId: shopId, keptPaths: [keptPath] }, { signal })
    if (!dropped.ok) return dropped
    await catalog.write(() => catalog.replaced.setState(itemId, 'dropped'))
    const batchId = catalog.items.get(itemId)?.batchId
    if (batchId !== undefined) context.itemChanged(itemId, batchId)
    return dropped
  }

  const sweep = async (work: Exclude<Work, { kind: 'kept' | 'twin' }>, signal: AbortSignal): Promise<Result<null>> => {
    const { shopId, templateId } = work
    const template = catalog.shops.template(templateId)
    if (template === null) throw new Error(`no template ${templateId}`)
    const opened = await openNas(catalog, options, shopId, signal)
    if (!opened.ok) return opened
    const place = { nasId: shopId, remoteDir: remoteDir(opened.value.nas.root, template) }
    if (work.kind === 'item') {
      const settled = await settleReplacement(work.item)
      if (!settled.ok) return settled
      return transfer.call('sweep', { ...place, itemId: work.item.id, attempts: work.attempts }, { signal })
    }
    const keepItemIds = catalog.items.resumable(templateId)
    const dropKeptOf = catalog.replaced.seenLongAgo(templateId, clock.now())
    const looked = await transfer.call('sweepFolder', { ...place, keepItemIds, dropKeptOf }, { signal })
    if (!looked.ok) return looked
    const { itemIds, withdrawnIds } = looked.value
    // One whose design the shop has is still on its way, here or there.
    const over = withdrawnIds.filter((id) => catalog.items.get(id) === null && catalog.kept.isGone(shopId, id))
    await catalog.write(() => catalog.replaced.sawKept(templateId, [...itemIds, ...over], clock.now()))
    return ok(null)
  }

  /** An item that failed while nobody knew how far its renames had come: what it would have replaced is put back. */
  const settleReplacement = async (item: Item): Promise<Result<null>> => {
    const old = catalog.designs.stored(replacedId(item) ?? '')
    if (item.state.stage !== 'failed' || item.decided === null || old === null) return ok(null)
    const intent = catalog.items.intent(item.id)
    if (intent === null) return ok(null)
    const back = await transfer.call('takeBack', {
      nasId: item.shopId,
      itemId: item.id,
      remoteDir: posix.dirname(old.remotePath),
      fileName: posix.basename(old.remotePath),
      keptPath: null,
      newSha256: intent.sha256 ?? item.decided.review.examination.fingerprint.sha256,
      oldSha256: old.sha256,
    })
    if (!back.ok && ruleOf(back.failure.code).isSeen !== true) return back
    await catalog.write(() => catalog.items.setIntent(item.id, null))
    return ok(null)
  }

  const noteUse = ({ shopId, templateId }: Item): void => {
    const now = clock.monotonic()
    if (now - (lookedThroughAt.get(templateId) ?? Number.NEGATIVE_INFINITY) < DAY_MS) return
    lookedThroughAt.set(templateId, now)
    folders.set(templateId, { kind: 'folder', key: templateId, shopId, templateId })
  }

  const lane = createShopLane<Work>(context, {
    kind: 'sweep',
    claim,
    keyOf: ({ key }) => key,
    shopIdOf: ({ shopId }) => shopId,
    run,
  })
  return {
    ...lane,
    settled(itemId) {
      const item = catalog.items.get(itemId)
      if (item?.state.stage === 'stored') noteUse(item)
      lane.wake()
    },
  }
}

function placeOf({ shopId, templateId }: Pick<Work, 'shopId' | 'templateId'>) {
  return { shopId, templateId }
}
