import { setTimeout as wait } from 'node:timers/promises'
import { failure, mendsItself } from '../../shared/domain/failure.ts'
import type { Examination, SourceFile } from '../../shared/domain/item.ts'
import { fail, type Result } from '../../shared/domain/result.ts'
import type { ExamineRequest, ImagingContract } from '../../shared/worker/imaging.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import type { Found } from './walk.ts'

/** A file of a walk, and what is known of it. */
export interface Examined {
  readonly source: SourceFile
  readonly result: Result<Examination>
  /** Where its small thumbnail is, if it could be made. */
  readonly smallThumbnailPath: string | undefined
}

export type Imaging = Pick<WorkerPool<ImagingContract>, 'call'>

/** A file that ended so many workers is never given to another. */
const MAX_TRIES = 3
const RETRY_MS = 500

/** Examines what a walk finds, without keeping any of it, and yields in the order of the walk. At most `ahead` files are
 *  under way or wait to be taken: a huge folder does not run away from who takes them. `thumbnailPath` names a new file each
 *  time; without it no thumbnails are made. */
export async function* examineAll(
  found: AsyncIterable<Found>,
  imaging: Imaging,
  ahead: number,
  thumbnailPath?: () => string,
): AsyncGenerator<Examined, void, void> {
  const underWay: Promise<Examined>[] = []
  for await (const one of found) {
    if (one.kind === 'ignored' || one.kind === 'link-out') continue
    const { source } = one
    const smallThumbnailPath = thumbnailPath?.()
    const request = { path: source.path, ...(smallThumbnailPath === undefined ? {} : { smallThumbnailPath }) }
    const result = one.kind === 'unreadable' ? Promise.resolve(fail(one.failure)) : examine(request, imaging)
    underWay.push(result.then((examined) => ({ source, result: examined, smallThumbnailPath })))
    const first = underWay.length < ahead ? undefined : underWay.shift()
    if (first !== undefined) yield await first
  }
  for (const rest of underWay) yield await rest
}

async function examine(request: ExamineRequest, imaging: Imaging): Promise<Result<Examination>> {
  for (let tries = 1; ; tries += 1) {
    const result = await imaging.call('examine', request)
    if (result.ok || !mendsItself(result.failure.code)) return result
    const isDeath = result.failure.code === 'worker-gone'
    if (tries === MAX_TRIES) return isDeath ? fail(failure('poison')) : result
    if (!isDeath) await wait(RETRY_MS)
  }
}
