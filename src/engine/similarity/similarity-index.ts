import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { MatchingPreset } from '../../shared/domain/match.ts'
import type { Fingerprint } from '../../shared/domain/picture.ts'
import type { DesignRow, Designs, HashRow } from '../catalog/designs.ts'
import { ENTRY_BYTES, type IndexFile, openIndexFile, ROWID_BYTES } from './index-file.ts'
import { createNearKernel, MAX_QUERIES, QUERY_BITS } from './near-kernel.ts'
import { type Resemblance, resemblance } from './rule.ts'
import { type Signature, signatureOf } from './signature.ts'

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
  /** For each query in order, what resembles it, best first. One pass answers all of them; they are of one algorithm
   *  version. */
  query(templateId: string, queries: readonly SimilarityQuery[], preset: MatchingPreset): Promise<NearDesign[][]>
  close(): Promise<void>
}

/** Rows taken from the catalog, and candidates looked at, between two turns of the event loop. */
const ROWS_PER_TURN = 2000
const CANDIDATES_PER_TURN = 200

/** An index of packed hashes in `folder`, a file for each template. It only says which designs are worth a look: the
 *  catalog is the truth, and each query begins with bringing the file up to it. Holds no more than a piece in memory. */
export function createSimilarityIndex(designs: Designs, folder: string): SimilarityIndex {
  const kernel = createNearKernel()
  const files = new Map<string, IndexFile>()
  /** One pass at a time. */
  let last: Promise<unknown> = Promise.resolve()

  const fileOf = async (templateId: string, version: number): Promise<IndexFile> => {
    const name = `${createHash('sha256').update(templateId).digest('hex').slice(0, 32)}-${version}`
    const file = files.get(name) ?? (await openIndexFile(join(folder, name)))
    files.set(name, file)
    // It knows more than the catalog: that is an older one, put back.
    if (file.lastRowid > designs.lastRowid()) await file.clear()

    for (;;) {
      const rows = designs.hashesAfter(templateId, file.lastRowid, version, ROWS_PER_TURN)
      await file.append(Buffer.concat(rows.map(encodeEntry)))
      if (rows.length < ROWS_PER_TURN) return file
    }
  }

  const pass = async (
    templateId: string,
    queries: readonly SimilarityQuery[],
    preset: MatchingPreset,
  ): Promise<NearDesign[][]> => {
    const near: NearDesign[][] = queries.map(() => [])
    // One tone all over resembles nothing.
    const wanted = queries.flatMap(({ id, fingerprint }, i) => {
      return fingerprint.lowVariance ? [] : [{ id, signature: signatureOf(fingerprint), found: near[i] ?? [] }]
    })
    const file = await fileOf(templateId, queries[0]?.fingerprint.algorithmVersion ?? 0)
    kernel.setQueries(wanted.map(({ signature }) => signature.hashes))
    let looked = 0
    for (let at = 0; at < file.count; ) {
      const count = await file.read(at, kernel.piece)
      if (count === 0) throw new Error(`the similarity index ends at ${at} of ${file.count}`)
      for (const pair of kernel.compare(count)) {
        const rowid = rowidOf(kernel.piece, pair >>> QUERY_BITS)
        look(rowid, wanted[pair & (MAX_QUERIES - 1)], preset)
        looked += 1
        if (looked % CANDIDATES_PER_TURN === 0) await new Promise(setImmediate)
      }
      at += count
    }
    for (const list of near) list.sort((a, b) => b.correlation - a.correlation)
    return near
  }

  const look = (rowid: number, wanted: Wanted | undefined, preset: MatchingPreset): void => {
    const signature = wanted === undefined ? null : designs.signatureOf(rowid)
    const alike = wanted === undefined || signature === null ? null : resemblance(wanted.signature, signature, preset)
    // Most candidates end here: the whole row is read only of the few that do not.
    const row = alike === null ? null : designs.byRowid(rowid)
    if (wanted === undefined || alike === null || row === null || row.id === wanted.id) return
    wanted.found.push({ ...alike, id: row.id, fileName: row.fileName, state: row.state })
  }

  return {
    async query(templateId, queries, preset) {
      const found: NearDesign[][] = []
      for (let at = 0; at < queries.length; at += MAX_QUERIES) {
        const part = last
          .catch(() => undefined)
          .then(() => pass(templateId, queries.slice(at, at + MAX_QUERIES), preset))
        last = part
        found.push(...(await part))
      }
      return found
    },
    async close() {
      await last.catch(() => undefined)
      await Promise.all([...files.values()].map((file) => file.close()))
    },
  }
}

interface Wanted {
  readonly id: string
  readonly signature: Signature
  readonly found: NearDesign[]
}

function rowidOf(entries: Uint8Array, entry: number): number {
  const at = (entry + 1) * ENTRY_BYTES - ROWID_BYTES
  return Number(new DataView(entries.buffer, entries.byteOffset).getBigUint64(at, true))
}

function encodeEntry({ rowid, hashes }: HashRow): Buffer {
  const entry = Buffer.allocUnsafe(ENTRY_BYTES)
  hashes.copy(entry)
  entry.writeBigUInt64LE(BigInt(rowid), ENTRY_BYTES - ROWID_BYTES)
  return entry
}
