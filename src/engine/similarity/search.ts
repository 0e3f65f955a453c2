import { MATCH_KINDS, type MatchingPreset } from '../../shared/domain/match.ts'
import type { Fingerprint } from '../../shared/domain/picture.ts'
import type { DesignRow, Designs } from '../catalog/designs.ts'
import { chromaOfView, lumaOf, type Signature, signatureOf, VIEWS, type ViewIndex } from '../signature.ts'
import { isRecoloured } from './colour.ts'
import { DETAIL_BYTES, decodeDetail, ENTRY_BYTES, isDetailOf, rowidAt } from './index-entry.ts'
import type { IndexFile } from './index-file.ts'
import { createLikenessKernel } from './likeness.ts'
import { createNearKernel, entryOf, isNearIn, MAX_QUERIES, type NearPair, queryOf } from './near-kernel.ts'
import { distances, kindOf, leastScore, type Resemblance } from './rule.ts'

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

/** Of one query; the rest of a large family tells nobody more. */
export const MOST_FOUND = 20
/** Work between two turns of the event loop, a few milliseconds: pieces gone through, or candidates compared. */
const PIECES_PER_TURN = 8
const CANDIDATES_PER_TURN = 500
/** The slot behind those of the queries. */
const CANDIDATE = MAX_QUERIES * VIEWS.length

interface Wanted {
  readonly id: string
  readonly signature: Signature
  /** Of each view. */
  readonly chromas: readonly Int8Array[]
  /** The first of its slots, one for each view. */
  readonly slots: number
  readonly alike: Alike[]
  /** Of the nearest so far, at most `MOST_FOUND`, ascending. */
  readonly nearScores: number[]
}

interface Alike {
  readonly rowid: number
  readonly view: ViewIndex
  readonly kind: Resemblance['kind']
  readonly score: number
  readonly correlation: number
}

/** One pass over an index file that is up to the catalog, for at most `MAX_QUERIES`; one at a time. For each query in order,
 *  the `MOST_FOUND` designs that resemble it most, best first; null when the file turns out to be damaged. */
export function createSearch(designs: Designs) {
  const kernel = createNearKernel()
  const likeness = createLikenessKernel(CANDIDATE + 1)
  const detail = Buffer.alloc(DETAIL_BYTES)
  const shown = decodeDetail(detail)
  const [lumas, chromas] = [VIEWS.map((view) => lumaOf(shown, view)), VIEWS.map((view) => chromaOfView(shown, view))]

  /** How the candidate whose detail was read resembles the query, in the view in which it does more. */
  const compare = (query: Wanted, pair: NearPair, rowid: number, preset: MatchingPreset): Alike | null => {
    let best: Alike | null = null
    let least = query.nearScores.length < MOST_FOUND ? leastScore(preset) : (query.nearScores[0] ?? 0)
    for (const view of VIEWS) {
      if (!isNearIn(pair, view)) continue
      likeness.put(CANDIDATE, lumas[view] ?? detail)
      const { score, correlation } = likeness.compare(query.slots + view, CANDIDATE, least)
      if (score < least) continue
      const [asked, there] = [query.chromas[view], chromas[view]]
      const isOtherColour = asked !== undefined && there !== undefined && isRecoloured(asked, there)
      best = { rowid, view, kind: kindOf(score, isOtherColour, preset), score, correlation }
      least = score
    }
    return best
  }

  const nearest = ({ id, signature, alike }: Wanted): NearDesign[] => {
    const near: NearDesign[] = []
    alike.sort(closerFirst)
    // What was removed from the catalog is still in the file.
    for (let from = 0; from < alike.length && near.length < MOST_FOUND; from += MOST_FOUND) {
      const part = alike.slice(from, from + MOST_FOUND)
      const known = new Map(designs.byRowid(part.map(({ rowid }) => rowid)).map((design) => [design.rowid, design]))
      for (const { rowid, view, kind, correlation } of part) {
        const design = known.get(rowid)
        if (design === undefined || design.id === id || near.length === MOST_FOUND) continue
        const { fileName, state } = design
        near.push({ id: design.id, fileName, state, kind, correlation, ...distances(signature, design, view) })
      }
    }
    return near
  }

  const pass = async (
    file: IndexFile,
    queries: readonly SimilarityQuery[],
    preset: MatchingPreset,
    isThorough = false,
  ): Promise<NearDesign[][] | null> => {
    const all = queries.map(({ id, fingerprint }, i): Wanted => {
      const signature = signatureOf(fingerprint)
      const chromas = VIEWS.map((view) => chromaOfView(signature, view))
      return { id, signature, chromas, slots: i * VIEWS.length, alike: [], nearScores: [] }
    })
    // One tone all over resembles nothing.
    const wanted = all.filter((_, i) => queries[i]?.fingerprint.lowVariance === false)
    kernel.setQueries(wanted.map(({ signature }) => signature))
    for (const { slots, signature } of wanted)
      for (const view of VIEWS) likeness.put(slots + view, lumaOf(signature, view))

    let compared = 0
    for (let at = 0, pieces = 1; at < file.count; pieces++) {
      const count = file.read(at, kernel.piece)
      if (count === 0) return null
      let read = -1
      for (const pair of kernel.compare(count)) {
        const entry = entryOf(pair)
        const from = entry * ENTRY_BYTES
        if (entry !== read) {
          if (!file.readDetail(at + entry, detail) || !isDetailOf(kernel.piece, from, detail)) return null
          read = entry
        }
        const query = wanted[queryOf(pair)]
        const alike = query === undefined ? null : compare(query, pair, rowidAt(kernel.piece, from), preset)
        if (alike !== null && query !== undefined) keep(query, alike, isThorough)
        if (++compared % CANDIDATES_PER_TURN === 0) await new Promise(setImmediate)
      }
      at += count
      if (pieces % PIECES_PER_TURN === 0) await new Promise(setImmediate)
    }
    const found = all.map(nearest)
    // Of those that shut others out some were removed from the catalog.
    const isShort = all.some(({ nearScores }, i) => nearScores.length === MOST_FOUND && found[i]?.length !== MOST_FOUND)
    return isShort ? pass(file, queries, preset, true) : found
  }
  return pass
}

/** What is not nearer than so many that are near will not be told, and need not be compared to the end. */
function keep({ alike, nearScores }: Wanted, one: Alike, isThorough: boolean): void {
  alike.push(one)
  if (one.kind !== 'near' || isThorough) return
  const at = nearScores.findIndex((score) => score > one.score)
  nearScores.splice(at === -1 ? nearScores.length : at, 0, one.score)
  if (nearScores.length > MOST_FOUND) nearScores.shift()
}

/** By kind, and of one kind by score. */
function closerFirst(a: Alike, b: Alike): number {
  return MATCH_KINDS.indexOf(a.kind) - MATCH_KINDS.indexOf(b.kind) || b.score - a.score
}
