import { rm } from 'node:fs/promises'
import type { Item } from '../../shared/domain/item.ts'
import type { ImagingContract } from '../../shared/worker/imaging.ts'
import { applyEvent, claimable, type QueueContext, worked } from '../items/context.ts'
import type { Lane } from '../items/lane.ts'
import { createItemLane } from '../items/lanes.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import { imagingFailed } from './examine-again.ts'
import { PREPARED_AHEAD, type PreparedFiles } from './prepared-files.ts'

export interface PrepareLaneOptions {
  readonly imaging: WorkerPool<ImagingContract>
  /** Files being prepared at a time. */
  readonly capacity: number
  readonly files: PreparedFiles
}

/** ready → preparing → waiting: the print file is made, in an imaging worker, shortly before it is sent. */
export function createPrepareLane(context: QueueContext, { imaging, capacity, files }: PrepareLaneOptions): Lane {
  const { catalog } = context

  const roomAhead = (batchId: string): number =>
    PREPARED_AHEAD - files.count(batchId) - catalog.items.inStage(batchId, 'preparing', [], capacity).length

  const run = async ({ item }: { readonly item: Item }, signal: AbortSignal): Promise<void> => {
    if (item.state.stage !== 'preparing') throw new Error(`item ${item.id} is ${item.state.stage}, not preparing`)
    const { sha256 } = item.state.examination.fingerprint
    const print = catalog.shops.template(item.templateId)
    if (print?.preparation === undefined) {
      await applyEvent(context, item.id, { type: 'prepared' })
      return
    }
    const partPath = files.partPath(item.id)
    const made = await imaging.call('prepare', { path: item.source.path, sha256, print, partPath }, { signal })
    if (made.ok) {
      await files.keep(item.id, item.batchId, partPath)
      worked(context, 'ready', item)
      const moved = await applyEvent(context, item.id, { type: 'prepared', prepared: made.value })
      if (moved === null) files.remove(item.id)
      return
    }
    // A worker that ended could not.
    await rm(partPath, { force: true }).catch(() => undefined)
    await imagingFailed(context, item, made.failure)
  }

  return createItemLane(context, {
    name: 'prepare lane',
    capacity,
    claimHold: { kind: 'prepare' },
    waiting: (room) => claimable(context, 'ready', room, { limitOf: roomAhead }),
    workOf: (item) => ({ item }),
    run,
  })
}
