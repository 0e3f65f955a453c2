// node --expose-gc search-child.ts CATALOG INDEX-FOLDER TEMPLATE CHUNKS.json SMALL: asks the index as the engine does, in a
// process that does nothing else, and that asked as much of the small library of the template SMALL before: its caches are
// full, and its code is warm. Prints what that took.
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Sqlite from 'better-sqlite3'
import { createDesigns } from '../../src/engine/catalog/designs.ts'
import type { SimilarityQuery } from '../../src/engine/similarity/search.ts'
import { createSimilarityIndex } from '../../src/engine/similarity/similarity-index.ts'
import { DEFAULT_MATCHING } from '../../src/shared/domain/match.ts'
import { timed } from './measure.ts'

/** What this prints. */
export interface SearchFigures {
  readonly usableMs: number
  /** Of each chunk. */
  readonly chunkMs: readonly number[]
  readonly loopDelayP99Ms: number
  /** Resident, at the end more than when only the small library had been asked. */
  readonly grownBytes: number
  /** Of that, what the index holds: left after a collection of garbage. */
  readonly heldBytes: number
}

const [catalog = '', folder = '', templateId = '', file = '', small = ''] = process.argv.slice(2)
const chunks: SimilarityQuery[][] = JSON.parse(readFileSync(file, 'utf8'))
const database = new Sqlite(catalog, { readonly: true })
const held = (): number => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
const designs = createDesigns(database)
const warm = createSimilarityIndex(designs, folder)
for (const chunk of chunks) await warm.query(small, chunk, DEFAULT_MATCHING)
await warm.close()
const heldBefore = held()
const before = process.memoryUsage().rss
const index = createSimilarityIndex(designs, folder)
const usableMs = await timed(() => index.query(templateId, chunks[0]?.slice(0, 1) ?? [], DEFAULT_MATCHING))
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const chunkMs: number[] = []
for (const chunk of chunks) chunkMs.push(await timed(() => index.query(templateId, chunk, DEFAULT_MATCHING)))
delay.disable()
const grownBytes = process.memoryUsage().rss - before
const heldBytes = held() - heldBefore
await index.close()
database.close()
const figures: SearchFigures = { usableMs, chunkMs, loopDelayP99Ms: delay.percentile(99) / 1e6, grownBytes, heldBytes }
console.log(JSON.stringify(figures))
