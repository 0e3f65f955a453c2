import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { failure } from '../../shared/domain/failure.ts'
import type { IndexReport } from '../../shared/domain/library.ts'
import type { MatchingPreset } from '../../shared/domain/match.ts'
import { HASH_ALGORITHM_VERSION } from '../../shared/domain/picture.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Designs } from '../catalog/designs.ts'
import { type IndexFile, openIndexFile } from './index-file.ts'
import { compareWithCatalog } from './index-report.ts'
import { MAX_QUERIES } from './near-kernel.ts'
import { createSearch, type NearDesign, type SimilarityQuery } from './search.ts'

/** Finds what resembles a chunk of items most, in the whole library of the template: what comparing with each design would
 *  find. The catalog is the truth: what was added to it is found, what was removed from it is not. */
export interface SimilarityIndex {
  /** For each query in order, the `MOST_FOUND` designs that resemble it most, best first. One pass answers all of them;
   *  they are of one algorithm version. Fails with `disk-full` when what is new has no room in the index. */
  query(
    templateId: string,
    queries: readonly SimilarityQuery[],
    preset: MatchingPreset,
  ): Promise<Result<NearDesign[][]>>
  /** What the template's file, as it lies on the disk, says otherwise than the catalog. Changes nothing. */
  verify(templateId: string): Promise<IndexReport>
  /** Makes the template's file anew, without what was removed. How many designs are in it. */
  rebuild(templateId: string): Promise<number>
  close(): Promise<void>
}

/** Rows taken from the catalog between two turns of the event loop. */
const ROWS_PER_TURN = 1000

/** An index in `folder` for each template: packed hashes that say which designs are worth a look, and what is looked at.
 *  Each query begins with bringing it up to the catalog. Holds no more than a piece in memory. */
export function createSimilarityIndex(designs: Designs, folder: string): SimilarityIndex {
  const search = createSearch(designs)
  const files = new Map<string, IndexFile>()
  /** One pass at a time. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  const fileOf = async (templateId: string, version: number): Promise<IndexFile> => {
    const name = `${createHash('sha256').update(templateId).digest('hex').slice(0, 32)}-${version}`
    const file = files.get(name) ?? (await openIndexFile(join(folder, name)))
    files.set(name, file)
    return file
  }

  const bringUp = async (file: IndexFile, templateId: string, version: number): Promise<void> => {
    // It knows more than the catalog: that is an older one, put back.
    if (file.lastRowid > designs.lastRowid()) await file.clear()
    for (;;) {
      const rows = designs.signedAfter(templateId, file.lastRowid, version, ROWS_PER_TURN)
      await file.append(rows)
      if (rows.length < ROWS_PER_TURN) return
    }
  }

  const queryUpToDate = async (
    templateId: string,
    queries: readonly SimilarityQuery[],
    preset: MatchingPreset,
  ): Promise<NearDesign[][]> => {
    const version = queries[0]?.fingerprint.algorithmVersion ?? 0
    const file = await fileOf(templateId, version)
    for (let tries = 1; tries <= 2; tries += 1) {
      await bringUp(file, templateId, version)
      const near = await search(file, queries, preset)
      if (near !== null) return near
      await file.clear()
    }
    throw new Error('the similarity index does not keep what is written')
  }

  return {
    async query(templateId, queries, preset) {
      const found: NearDesign[][] = []
      for (let at = 0; at < queries.length; at += MAX_QUERIES) {
        const part = queries.slice(at, at + MAX_QUERIES)
        try {
          found.push(...(await inTurn(() => queryUpToDate(templateId, part, preset))))
        } catch (error) {
          if (!isDiskFull(error)) throw error
          return fail(failure('disk-full', folder))
        }
      }
      return ok(found)
    },
    verify: (templateId) =>
      inTurn(async () => {
        const file = await fileOf(templateId, HASH_ALGORITHM_VERSION)
        return compareWithCatalog(file, (after) =>
          designs.signedAfter(templateId, after, HASH_ALGORITHM_VERSION, ROWS_PER_TURN),
        )
      }),
    rebuild: (templateId) =>
      inTurn(async () => {
        const file = await fileOf(templateId, HASH_ALGORITHM_VERSION)
        await file.clear()
        await bringUp(file, templateId, HASH_ALGORITHM_VERSION)
        return file.count
      }),
    async close() {
      await last
      await Promise.all([...files.values()].map((file) => file.close()))
    },
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
