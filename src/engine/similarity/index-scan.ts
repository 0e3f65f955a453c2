import type { Fingerprint } from '../../shared/domain/picture.ts'
import type { DesignRow, Designs } from '../catalog/designs.ts'
import { type Resemblance, resemblance, type Signature, signatureOf } from './rule.ts'

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

/** Finds what resembles a chunk of items, in the whole library of the template: exact in recall. */
export interface SimilarityIndex {
  /** For each query in order, what resembles it, best first. One pass answers all of them. */
  query(templateId: string, queries: readonly SimilarityQuery[]): Promise<NearDesign[][]>
}

/** Rows compared between two turns of the event loop: about 1 ms for a chunk of 20. */
const SLICE_ROWS = 1000

/** Compares with every design, reading the catalog in slices, so that the engine never blocks on it and holds no more
 *  than a slice in memory. */
export function createScanIndex(designs: Designs): SimilarityIndex {
  return {
    async query(templateId, queries) {
      const wanted = queries.map(({ id, fingerprint }) => ({ id, signature: signatureOf(fingerprint) }))
      const found: NearDesign[][] = queries.map(() => [])
      const version = queries[0]?.fingerprint.algorithmVersion ?? 0
      for (let after = 0; ; ) {
        const rows = designs.slice(templateId, after, version, SLICE_ROWS)
        for (const row of rows) {
          const known: Signature = { ...row, lowVariance: row.lowVariance === 1 }
          for (const [index, { id, signature }] of wanted.entries()) {
            const alike = id === row.id ? null : resemblance(signature, known)
            if (alike !== null) found[index]?.push({ ...alike, id: row.id, fileName: row.fileName, state: row.state })
          }
        }
        after = rows.at(-1)?.rowid ?? after
        if (rows.length < SLICE_ROWS) break
        await new Promise(setImmediate)
      }
      for (const list of found) list.sort((a, b) => b.correlation - a.correlation)
      return found
    },
  }
}
