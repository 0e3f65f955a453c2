import { stat } from 'node:fs/promises'
import { type Failure, failure, ruleOf } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { preflight } from '../../shared/domain/preflight.ts'
import type { ImagingContract } from '../../shared/worker/imaging.ts'
import { applyEvent, claimable, type QueueContext, worked } from '../items/context.ts'
import type { Lane } from '../items/lane.ts'
import { createItemLane } from '../items/lanes.ts'
import { smallThumbnailFile, thumbnailFile } from '../thumbnail-files.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import { imagingFailed } from './examine-again.ts'

export interface ExamineLaneOptions {
  readonly imaging: WorkerPool<ImagingContract>
  /** Files under examination at a time: a few more than workers, so that none waits for a claim. */
  readonly capacity: number
  readonly thumbnailDir: string
}

/** A file written to this lately may not be complete. */
const SETTLED_MS = 3_000

/** accepted → inspecting → matching: each file is read once, in an imaging worker. */
export function createExamineLane(
  context: QueueContext,
  { imaging, capacity, thumbnailDir }: ExamineLaneOptions,
): Lane {
  const { catalog, live } = context

  const run = async ({ item }: { readonly item: Item }, signal: AbortSignal): Promise<void> => {
    const show = (stage: 'inspecting' | 'hashing'): void => {
      live.set(item.id, { batchId: item.batchId, sentBytes: 0, movedBytes: 0, stage })
      context.itemChanged(item.id, item.batchId)
    }
    show('inspecting')
    const result = await imaging.call(
      'examine',
      {
        path: item.source.path,
        thumbnailPath: thumbnailFile(thumbnailDir, item.id),
        smallThumbnailPath: smallThumbnailFile(thumbnailDir, item.id),
      },
      { signal, onEvent: show },
    )
    live.delete(item.id)
    if (result.ok) {
      worked(context, 'accepted', item)
      const template = catalog.shops.template(item.templateId)
      if (template === null) throw new Error(`item ${item.id} without a template`)
      const examination = { ...result.value, preflight: preflight(result.value.picture, template) }
      await applyEvent(context, item.id, { type: 'examined', examination })
      return
    }
    const isFinal = ruleOf(result.failure.code).class === 'permanent'
    const busy = isFinal ? await stillBeingWritten(item.source.path, context.clock.now()) : null
    await imagingFailed(context, item, busy ?? result.failure)
  }

  return createItemLane(context, {
    name: 'examine lane',
    capacity,
    claimHold: { kind: 'imaging-worker' },
    waiting: (room) => claimable(context, 'accepted', room),
    workOf: (item) => ({ item }),
    run,
  })
}

/** A file that was written to just now may not be complete: what it looks like says nothing yet. */
async function stillBeingWritten(path: string, now: number): Promise<Failure | null> {
  const found = await stat(path).catch(() => null)
  const ageMs = found === null ? SETTLED_MS : now - found.mtimeMs
  if (ageMs < 0 || ageMs >= SETTLED_MS) return null
  return failure('source-busy', undefined, { retryAfterMs: Math.ceil(SETTLED_MS - ageMs) })
}
