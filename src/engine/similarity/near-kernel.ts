import type { Signature, ViewIndex } from '../signature.ts'
import { ENTRY_BYTES, PIECE_ENTRIES, writeHashes } from './index-entry.ts'
import { WASM } from './near-wasm.ts'
import { NEAR_DISTANCE } from './rule.ts'

/** Queries compared in one pass. */
export const MAX_QUERIES = 32
const PAGE_BYTES = 65_536

interface Exports {
  near(entries: number, count: number, queries: number, queryCount: number, limit: bigint, out: number): number
}

/** An entry, a query, and in which views they are near: (entry * 32 + query) * 4 + views. */
export type NearPair = number

export function entryOf(pair: NearPair): number {
  return pair >>> 7
}

export function queryOf(pair: NearPair): number {
  return (pair >>> 2) & (MAX_QUERIES - 1)
}

export function isNearIn(pair: NearPair, view: ViewIndex): boolean {
  return ((pair >>> view) & 1) === 1
}

/** Compares pieces of an index with queries, in WebAssembly. */
export interface NearKernel {
  /** Where entries are put before they are compared. */
  readonly piece: Buffer
  /** What follows is compared with the hashes of these. At most `MAX_QUERIES`. */
  setQueries(queries: readonly Signature[]): void
  /** The pairs of the first `count` entries of the piece and the queries that are near by their hashes, by entry. Good until
   *  the next call. */
  compare(count: number): Iterable<NearPair>
}

export function createNearKernel(): NearKernel {
  const pieceBytes = PIECE_ENTRIES * ENTRY_BYTES
  const queriesAt = pieceBytes
  const outAt = queriesAt + (MAX_QUERIES + 3) * ENTRY_BYTES
  const bytes = outAt + PIECE_ENTRIES * MAX_QUERIES * 4
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) })
  const module = new WebAssembly.Module(Buffer.from(WASM, 'base64'))
  const { near } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports
  let queryCount = 0
  return {
    piece: Buffer.from(memory.buffer, 0, pieceBytes),
    setQueries(queries) {
      if (queries.length > MAX_QUERIES) throw new Error(`${queries.length} queries at a time`)
      queryCount = queries.length
      const at = Buffer.from(memory.buffer, queriesAt)
      for (const [i, query] of queries.entries()) writeHashes(query, at, i * ENTRY_BYTES)
    },
    compare(count) {
      return new Uint32Array(memory.buffer, outAt, near(0, count, queriesAt, queryCount, BigInt(NEAR_DISTANCE), outAt))
    },
  }
}
