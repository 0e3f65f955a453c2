import type { MatchingPreset } from '../../shared/domain/match.ts'
import type { Fingerprint } from '../../shared/domain/picture.ts'
import type { DesignRow, Designs } from '../catalog/designs.ts'
import { type IndexFile, rowidOf } from './index-file.ts'
import { createLikenessKernel } from './likeness.ts'
import { createNearKernel, entryOf, isNearIn, MAX_QUERIES, type NearPair, queryOf } from './near-kernel.ts'
import { leastScore, type Resemblance, resemblance } from './rule.ts'
import { lumaOf, type Signature, signatureOf, VIEWS, type ViewIndex } from './signature.ts'

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

/** Candidates looked at between two turns of the event loop, about 2 ms. */
const CANDIDATES_PER_TURN = 200
/** The slot behind those of the queries. */
const CANDIDATE = MAX_QUERIES * VIEWS.length

interface Wanted {
  readonly id: string
  readonly signature: Signature
  /** The first of its slots, one for each view. */
  readonly slots: number
  readonly found: NearDesign[]
}

interface Candidate {
  readonly rowid: number
  readonly pair: NearPair
}

/** One pass over an index file that is up to the catalog, for at most `MAX_QUERIES`; one at a time. For each query in order,
 *  what resembles it, best first. */
export function createSearch(designs: Designs) {
  const kernel = createNearKernel()
  const likeness = createLikenessKernel(CANDIDATE + 1)
  let wanted: readonly Wanted[] = []

  /** Puts a view of the candidate into its slot; the slot of what it is compared with. */
  const put = ({ pair }: Candidate, luma: Buffer, view: ViewIndex): number => {
    likeness.put(CANDIDATE, lumaOf({ luma }, view))
    return (wanted[queryOf(pair)]?.slots ?? 0) + view
  }
  /** Those of the candidates that resemble by their luma: most do not, and no more is read of them. */
  const sift = (candidates: readonly Candidate[], preset: MatchingPreset): Candidate[] => {
    const least = leastScore(preset)
    const lumas = designs.lumas(candidates.map(({ rowid }) => rowid))
    return candidates.filter((candidate, i) => {
      const luma = lumas[i] ?? null
      if (luma === null) return false
      const near = VIEWS.filter((view) => isNearIn(candidate.pair, view))
      return near.some((view) => likeness.scores(put(candidate, luma, view), CANDIDATE, least))
    })
  }
  const take = (alike: readonly Candidate[], preset: MatchingPreset): void => {
    const known = new Map(designs.signed([...new Set(alike.map(({ rowid }) => rowid))]).map((d) => [d.rowid, d]))
    for (const candidate of alike) {
      const [query, design] = [wanted[queryOf(candidate.pair)], known.get(candidate.rowid)]
      if (query === undefined || design === undefined || query.id === design.id) continue
      const found = resemblance(query.signature, design, preset, (view) =>
        likeness.compare(put(candidate, design.luma, view), CANDIDATE),
      )
      if (found !== null) query.found.push({ ...found, id: design.id, fileName: design.fileName, state: design.state })
    }
  }

  return async (
    file: IndexFile,
    queries: readonly SimilarityQuery[],
    preset: MatchingPreset,
  ): Promise<NearDesign[][]> => {
    const near: NearDesign[][] = queries.map(() => [])
    // One tone all over resembles nothing.
    wanted = queries.flatMap(({ id, fingerprint }, i): Wanted[] => {
      if (fingerprint.lowVariance) return []
      return [{ id, signature: signatureOf(fingerprint), slots: i * VIEWS.length, found: near[i] ?? [] }]
    })
    kernel.setQueries(wanted.map(({ signature }) => signature.hashes))
    for (const { slots, signature } of wanted)
      for (const view of VIEWS) likeness.put(slots + view, lumaOf(signature, view))

    const alike: Candidate[] = []
    let candidates: Candidate[] = []
    for (let at = 0; at < file.count; ) {
      const count = file.read(at, kernel.piece)
      if (count === 0) throw new Error(`the similarity index ends at ${at} of ${file.count}`)
      for (const pair of kernel.compare(count)) {
        candidates.push({ rowid: rowidOf(kernel.piece, entryOf(pair)), pair })
        if (candidates.length < CANDIDATES_PER_TURN) continue
        alike.push(...sift(candidates, preset))
        candidates = []
        await new Promise(setImmediate)
      }
      at += count
      await new Promise(setImmediate)
    }
    alike.push(...sift(candidates, preset))
    for (let from = 0; from < alike.length; from += CANDIDATES_PER_TURN) {
      take(alike.slice(from, from + CANDIDATES_PER_TURN), preset)
      await new Promise(setImmediate)
    }
    for (const list of near) list.sort((a, b) => b.correlation - a.correlation)
    return near
  }
}
