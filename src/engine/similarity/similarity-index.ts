import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { IndexReport } from '../../shared/domain/library.ts'
import type { MatchingPreset } from '../../shared/domain/match.ts'
import { type Fingerprint, HASH_ALGORITHM_VERSION } from '../../shared/domain/picture.ts'
import type { DesignRow, Designs } from '../catalog/designs.ts'
import { encodeEntry, type IndexFile, openIndexFile, rowidOf } from './index-file.ts'
import { compareWithCatalog } from './index-report.ts'
import { createLikenessKernel } from './likeness.ts'
import { createNearKernel, MAX_QUERIES, QUERY_BITS } from './near-kernel.ts'
import { type Resemblance, resemblance } from './rule.ts'
import { lumaOf, type Signature, signatureOf, VIEWS } from './signature.ts'

/** A design that resembles a queried one. */
export interface NearDesign extends Resemblance {
  readonly id: string
  readonly fileName: string
  readonly state: DesignRow['state']
}

export interface SimilarityQuery {
  /** Never resembles itself. */
  readonly id: string
  readonly fingerprint: Fingerprint
}

/** Finds what resembles a chunk of items, in the whole library of the template: exact in recall. The catalog is the truth:
 *  what was added to it is found, what was removed from it is not. */
export interface SimilarityIndex {
  /** For each query in order, what resembles it, best first. One pass answers all of them; they are of one algorithm
   *  version. */
  query(templateId: string, queries: readonly SimilarityQuery[], preset: MatchingPreset): Promise<NearDesign[][]>
  /** What the template's file, as it lies on the disk, says otherwise than the catalog. Changes nothing. */
  verify(templateId: string): Promise<IndexReport>
  /** Makes the template's file anew, without what was removed. How many designs are in it. */
  rebuild(templateId: string): Promise<number>
  close(): Promise<void>
}

/** Rows taken from the catalog, and candidates looked at, between two turns of the event loop. */
const ROWS_PER_TURN = 2000
const CANDIDATES_PER_TURN = 200
/** The slot behind those of the queries. */
const CANDIDATE = MAX_QUERIES * VIEWS.length

/** An index of packed hashes in `folder`, a file for each template. It only says which designs are worth a look: each query
 *  begins with bringing the file up to the catalog. Holds no more than a piece in memory. */
export function createSimilarityIndex(designs: Designs, folder: string): SimilarityIndex {
  const kernel = createNearKernel()
  const likeness = createLikenessKernel(CANDIDATE + 1)
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
      const rows = designs.hashesAfter(templateId, file.lastRowid, version, ROWS_PER_TURN)
      await file.append(Buffer.concat(rows.map(encodeEntry)))
      if (rows.length < ROWS_PER_TURN) return
    }
  }

  const pass = async (
    templateId: string,
    queries: readonly SimilarityQuery[],
    preset: MatchingPreset,
  ): Promise<NearDesign[][]> => {
    const near: NearDesign[][] = queries.map(() => [])
    // One tone all over resembles nothing.
    const wanted = queries.flatMap(({ id, fingerprint }, i): Wanted[] => {
      if (fingerprint.lowVariance) return []
      return [{ id, signature: signatureOf(fingerprint), slots: i * VIEWS.length, found: near[i] ?? [] }]
    })
    const version = queries[0]?.fingerprint.algorithmVersion ?? 0
    const file = await fileOf(templateId, version)
    await bringUp(file, templateId, version)
    kernel.setQueries(wanted.map(({ signature }) => signature.hashes))
    for (const { slots, signature } of wanted)
      for (const view of VIEWS) likeness.put(slots + view, lumaOf(signature, view))
    for (let at = 0; at < file.count; ) {
      const count = await file.read(at, kernel.piece)
      if (count === 0) throw new Error(`the similarity index ends at ${at} of ${file.count}`)
      const candidates = Array.from(kernel.compare(count), (pair) => ({
        rowid: rowidOf(kernel.piece, pair >>> QUERY_BITS),
        query: wanted[pair & (MAX_QUERIES - 1)],
      }))
      for (let from = 0; from < candidates.length; from += CANDIDATES_PER_TURN) {
        if (from > 0) await new Promise(setImmediate)
        look(candidates.slice(from, from + CANDIDATES_PER_TURN), preset)
      }
      at += count
    }
    for (const list of near) list.sort((a, b) => b.correlation - a.correlation)
    return near
  }

  /** Candidates are in the order of the file. */
  const look = (candidates: readonly Candidate[], preset: MatchingPreset): void => {
    const known = new Map(designs.signed([...new Set(candidates.map(({ rowid }) => rowid))]).map((d) => [d.rowid, d]))
    for (const { rowid, query } of candidates) {
      const design = known.get(rowid)
      if (!query || !design || query.id === design.id) continue
      const alike = resemblance(query.signature, design, preset, (view) => {
        likeness.put(CANDIDATE, lumaOf(design, view))
        return likeness.compare(query.slots + view, CANDIDATE)
      })
      if (alike !== null) query.found.push({ ...alike, id: design.id, fileName: design.fileName, state: design.state })
    }
  }

  return {
    async query(templateId, queries, preset) {
      const found: NearDesign[][] = []
      for (let at = 0; at < queries.length; at += MAX_QUERIES) {
        found.push(...(await inTurn(() => pass(templateId, queries.slice(at, at + MAX_QUERIES), preset))))
      }
      return found
    },
    verify: (templateId) =>
      inTurn(async () => {
        const file = await fileOf(templateId, HASH_ALGORITHM_VERSION)
        return compareWithCatalog(file, (after) =>
          designs.hashesAfter(templateId, after, HASH_ALGORITHM_VERSION, ROWS_PER_TURN),
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

interface Wanted {
  readonly id: string
  readonly signature: Signature
  /** The first of its slots, one for each view. */
  readonly slots: number
  readonly found: NearDesign[]
}

interface Candidate {
  readonly rowid: number
  readonly query: Wanted | undefined
}
