import type { ImagingContract } from '../../shared/worker/imaging.ts'
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts'

/** Longer than a worker's own limits: only one that does not answer at all is ended by it. */
const EXAMINE_DEADLINE_MS = 90_000
/** Pictures that no decoder can read row by row take 350 MB at most. */
const MAX_BYTES = 500e6

/** The workers that examine and prepare designs, each one at a time. */
export function createImagingPool(
  size: number,
  host: WorkerPoolOptions<Record<never, never>, ImagingContract>['host'],
): WorkerPool<ImagingContract> {
  return createWorkerPool<Record<never, never>, ImagingContract>({
    kind: 'imaging',
    size,
    callsPerWorker: 1,
    callDeadlineMs: EXAMINE_DEADLINE_MS,
    memory: { maxBytes: MAX_BYTES, read: (peer) => peer.call('heldBytes', null) },
    handlers: {},
    host,
  })
}
