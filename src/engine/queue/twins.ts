import { posix } from 'node:path'
import { failure, ruleOf } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Twin } from '../catalog/twins.ts'
import type { QueueContext } from '../items/context.ts'
import { recordOf } from '../items/record.ts'
import { isSettled } from '../items/twins.ts'
import { withdrawnPath } from '../transfer/put/part-names.ts'
import { type NasParts, openNas } from './nas-access.ts'

/** What a person says of designs that two workstations stored while they could not ask each other, and what is done about it.
 *  The items stay done. */
export interface Twins {
  /** The item's file is renamed, to be kept for a week, and its record ends: the colleague's stays. Fails with nothing changed,
   *  or, where the connection broke, to be settled by itself. */
  withdraw(itemId: string): Promise<Result<null>>
  /** As it was before anything was said: what was withdrawn has its name and its record again. */
  undo(itemId: string): Promise<Result<null>>
  /** Goes on with what was begun, or drops what was kept long enough. */
  settle(twin: Twin): Promise<Result<null>>
  /** Drops at once what of the shop's would be kept for a week. How many files that were. */
  dropKept(shopId: string): Promise<Result<{ readonly files: number }>>
  /** Items of which something is being done at this moment. */
  readonly underWay: ReadonlySet<string>
}

export function createTwins(context: QueueContext, nas: NasParts): Twins {
  const { catalog, clock, log } = context
  const { twins } = catalog
  const underWay = new Set<string>()

  const changed = ({ itemId, batchId }: Twin): void => {
    context.itemChanged(itemId, batchId)
    context.outboxChanged()
  }

  /** Gives it the name of the intent, which is written down before anything is asked of the NAS. */
  const withdraw = async (twin: Twin): Promise<Result<null>> => {
    const { itemId, shopId, twinId, kind, state } = twin
    if (state === 'withdrawn') return ok(null)
    if (state !== 'open' && state !== 'withdrawing') return fail(failure('conflict'))
    // The record that was sent when it was brought back the last time would end with this one.
    if (catalog.outbox.has(itemId)) return fail(failure('conflict'))
    const [mine, theirs] = [catalog.designs.stored(itemId), catalog.designs.stored(twinId)]
    if (mine === null || theirs === null) {
      if (state === 'open') return fail(failure('twin-gone'))
      // What it was begun for is no more: it may have been renamed by then.
      await catalog.write(() => twins.setState(itemId, 'reinstating'))
      return reinstate({ ...twin, state: 'reinstating' })
    }
    const path = twin.remotePath ?? mine.remotePath
    const keptPath = twin.keptPath ?? keptPathOf(twin, path)
    await catalog.write(() => twins.beginWithdrawing(itemId, path, keptPath))
    const opened = await openNas(catalog, nas, shopId)
    const request = { nasId: shopId, path, keptPath, sha256: mine.sha256 }
    const done = opened.ok
      ? await nas.transfer.call('withdraw', { ...request, twin: { path: theirs.remotePath, sha256: theirs.sha256 } })
      : opened
    if (done.ok) {
      await catalog.write(() => {
        twins.withdrawn(itemId, clock.now())
        catalog.designs.removeKnown(itemId)
        const over = { id: context.newId(), designId: itemId, twin: twinId }
        catalog.outbox.addUndone(shopId, kind === 'exact' ? over : { ...over, isAlike: true }, clock.now())
      })
      log.info('file withdrawn', { item: itemId, keptPath, twin: theirs.remotePath })
    } else if (isUntouched(done.failure.code, state === 'open')) {
      await catalog.write(() => twins.reinstated(itemId))
    }
    changed(twin)
    return done
  }

  const keptPathOf = ({ itemId, shopId }: Twin, path: string): string => {
    const { partNaming = 'hidden' } = catalog.nasFacts.of(shopId, posix.dirname(path)) ?? {}
    return withdrawnPath(path, itemId, partNaming)
  }

  const reinstate = async (twin: Twin): Promise<Result<null>> => {
    const { itemId, shopId, remotePath: path, keptPath, state } = twin
    if (path === null || keptPath === null) return fail(failure('design-gone'))
    await catalog.write(() => twins.setState(itemId, 'reinstating'))
    const opened = await openNas(catalog, nas, shopId)
    const item = catalog.items.get(itemId)
    if (item?.state.stage !== 'done') throw new Error(`item ${itemId} has a twin and is not done`)
    const stored = { ...item.state.stored, remotePath: path }
    const request = { nasId: shopId, path, keptPath, sha256: stored.sha256 }
    const done = opened.ok ? await nas.transfer.call('reinstate', request) : opened
    if (done.ok) {
      const { examination } = item.state
      await catalog.write(() => {
        const now = clock.now()
        const { templateId, copy, source } = item
        const { fingerprint } = examination
        const design = { id: itemId, shopId, templateId, copy, fileName: source.fileName, fingerprint }
        catalog.designs.addKnown(design, stored)
        // As one that was stored anew: of that life the service knows the end.
        if (twin.isTold) catalog.outbox.add(shopId, recordOf(catalog, item, examination, stored, now), now)
        twins.reinstated(itemId)
      })
      log.info('file reinstated', { item: itemId, path })
    } else if (done.failure.code === 'design-gone') {
      await catalog.write(() => twins.setState(itemId, 'dropped'))
    } else if (done.failure.code === 'remote-conflict' || isUntouched(done.failure.code, state === 'withdrawn')) {
      await catalog.write(() => twins.setState(itemId, 'withdrawn'))
    }
    changed(twin)
    return done
  }

  const drop = async (twin: Twin): Promise<Result<null>> => {
    const { itemId, shopId, keptPath } = twin
    const opened = await openNas(catalog, nas, shopId)
    if (!opened.ok) return opened
    const dropped = await nas.transfer.call('dropKept', {
      nasId: shopId,
      keptPaths: keptPath === null ? [] : [keptPath],
    })
    if (!dropped.ok) return dropped
    await catalog.write(() => twins.setState(itemId, 'dropped'))
    changed(twin)
    return dropped
  }

  /** One thing at a time is done about an item; `conflict` while another is. */
  const alone = async (
    itemId: string,
    work: (twin: Twin) => Promise<Result<null>>,
    isMeant: (twin: Twin) => boolean = () => true,
  ): Promise<Result<null>> => {
    const twin = twins.get(itemId)
    if (twin === null || !isMeant(twin) || underWay.has(itemId)) return fail(failure('conflict'))
    underWay.add(itemId)
    try {
      return await work(twin)
    } finally {
      underWay.delete(itemId)
    }
  }

  const askAgain = async (twin: Twin): Promise<Result<null>> => {
    await catalog.write(() => twins.setState(twin.itemId, 'open'))
    changed(twin)
    return ok(null)
  }

  return {
    underWay,
    async dropKept(shopId) {
      const kept = twins.droppable(shopId)
      for (const { itemId } of kept) {
        const dropped = await alone(itemId, drop, (twin) => twin.state === 'withdrawn')
        if (!dropped.ok) return dropped
      }
      return ok({ files: kept.length })
    },
    withdraw: (itemId) => alone(itemId, withdraw),
    undo: (itemId) => alone(itemId, (twin) => (twin.state === 'kept' ? askAgain(twin) : reinstate(twin)), isSettled),
    settle({ itemId, state }) {
      if (state === 'withdrawn') return alone(itemId, drop, (twin) => twin.state === 'withdrawn')
      return alone(itemId, async (twin) => {
        const settled = await (state === 'withdrawing' ? withdraw(twin) : reinstate(twin))
        // What cannot be is settled as well: the person may ask once more, and be told.
        return settled.ok || twins.get(itemId)?.state !== state ? ok(null) : settled
      })
    },
  }
}

/** Nothing was done on the NAS: it was seen so, or, unless something was begun before, nothing can have been. */
function isUntouched(code: Parameters<typeof ruleOf>[0], isBegun: boolean): boolean {
  const rule = ruleOf(code)
  return rule.isSeen === true || (isBegun && rule.isInDoubt !== true)
}
