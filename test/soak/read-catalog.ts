import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Stage } from '../../src/shared/domain/stages.ts'

/** An item as its row says. */
export interface ItemRow {
  readonly id: string
  readonly batchId: string
  readonly path: string
  readonly stage: Stage
  readonly state: string
  readonly attempts: number
  readonly workerDeaths: number
  readonly uploadAttempt: number
}

/** The engine's catalog, read from outside while the engine lives and dies. */
export interface CatalogReader extends Disposable {
  items(): ItemRow[]
  doneIds(): string[]
  /** How each item ended that has. */
  ends(): Map<string, string>
  openBatches(): number
  outboxCount(): number
  /** Numbers that were given to a file, and that the next one gets: below the highest that a design has. */
  missingNumbers(): number
  /** Ended items whose temporary files were looked for on the NAS, and are gone. */
  sweptIds(): string[]
  /** A chunk of records is on its way to the backend, or about to be. */
  isRecording(): boolean
  /** Items that have not ended: `stage count`. */
  underWay(): string[]
  underWayCount(): number
}

const ENDED = `('done', 'skipped', 'failed', 'cancelled')`

export function readCatalog(dataDir: string): CatalogReader {
  const database = new Sqlite(join(dataDir, 'catalog.sqlite'), { readonly: true })
  const items = database.prepare<[], ItemRow>(
    `SELECT id, batch_id AS batchId, path, stage, state, attempts, worker_deaths AS workerDeaths,
       upload_attempt AS uploadAttempt FROM items ORDER BY batch_id, seq`,
  )
  const done = database.prepare<[], string>(`SELECT id FROM items WHERE stage = 'done'`).pluck()
  const ended = database.prepare<[], [string, string]>(`SELECT id, stage FROM items WHERE stage IN ${ENDED}`).raw()
  const swept = database
    .prepare<[], string>(`SELECT id FROM items WHERE swept_attempt = upload_attempt AND stage IN ${ENDED}`)
    .pluck()
  const count = (from: string) => database.prepare<[], number>(`SELECT count(*) FROM ${from}`).pluck()
  const openBatches = count(`batches WHERE state <> 'ended'`)
  const outbox = count('outbox')
  const missing = database
    .prepare<[], number>(
      `SELECT top - (SELECT count(*) FROM numbers WHERE state IN ('used', 'foreign') AND number <= top)
       FROM (SELECT ifnull(max(number), 0) AS top FROM designs WHERE state = 'known')`,
    )
    .pluck()
  const chunks = count('chunks')
  const open = count(`items WHERE stage NOT IN ${ENDED}`)
  const stages = database
    .prepare<[], string>(`SELECT stage || ' ' || count(*) FROM items WHERE stage NOT IN ${ENDED} GROUP BY stage`)
    .pluck()
  return {
    items: () => items.all(),
    doneIds: () => done.all(),
    ends: () => new Map(ended.all()),
    openBatches: () => openBatches.get() ?? 0,
    outboxCount: () => outbox.get() ?? 0,
    missingNumbers: () => missing.get() ?? 0,
    sweptIds: () => swept.all(),
    isRecording: () => (chunks.get() ?? 0) > 0,
    underWay: () => stages.all(),
    underWayCount: () => open.get() ?? 0,
    [Symbol.dispose]: () => void database.close(),
  }
}
