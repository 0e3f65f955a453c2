import type { Database } from 'better-sqlite3'
import { type DesignRecord, MAX_CHUNK_BYTES, MAX_CHUNK_RECORDS } from '../../shared/api/records.ts'

/** Records on their way to the backend under one idempotency key; its composition never changes. */
export interface Chunk {
  /** Also the idempotency key. */
  readonly id: string
  readonly records: readonly DesignRecord[]
}

interface OutboxRow {
  design_id: string
  record: string
  size_bytes: number
  created_at: number
}

/** Records not yet confirmed by the backend. */
export type Outbox = ReturnType<typeof createOutbox>

export function createOutbox(database: Database) {
  const insert = database.prepare(
    `INSERT INTO outbox (design_id, shop_id, record, size_bytes, created_at)
     VALUES (@designId, @shopId, @record, @sizeBytes, @createdAt) ON CONFLICT DO NOTHING`,
  )
  const loose = database.prepare<[string, number], OutboxRow>(
    'SELECT * FROM outbox WHERE shop_id = ? AND chunk_id IS NULL ORDER BY rowid LIMIT ?',
  )
  const oldestChunk = database
    .prepare<[string], string>('SELECT id FROM chunks WHERE shop_id = ? ORDER BY created_at, id LIMIT 1')
    .pluck()
  const ofChunk = database.prepare<[string], OutboxRow>('SELECT * FROM outbox WHERE chunk_id = ? ORDER BY rowid')
  const addChunk = database.prepare('INSERT INTO chunks VALUES (?, ?, ?)')
  const assign = database.prepare('UPDATE outbox SET chunk_id = ? WHERE design_id = ?')
  const removeRecords = database.prepare('DELETE FROM outbox WHERE chunk_id = ?')
  const removeChunk = database.prepare('DELETE FROM chunks WHERE id = ?')
  const count = database.prepare<[], number>('SELECT count(*) FROM outbox').pluck()
  const countOf = database.prepare<[string], number>('SELECT count(*) FROM outbox WHERE shop_id = ?').pluck()

  // Written by `add` from a DesignRecord; one that the backend cannot take must not hold the others, so it judges.
  const read = (id: string): Chunk => ({
    id,
    records: ofChunk.all(id).map((row) => JSON.parse(row.record) as DesignRecord),
  })

  return {
    /** In the transaction in which the item becomes `stored`. */
    add: (shopId: string, record: DesignRecord, createdAt: number): void => {
      const { id: designId, sizeBytes } = record
      insert.run({ designId, shopId, record: JSON.stringify(record), sizeBytes, createdAt })
    },
    /** The chunk that was formed first and is not yet confirmed. */
    oldestChunk: (shopId: string): Chunk | null => {
      const id = oldestChunk.get(shopId)
      return id === undefined ? null : read(id)
    },
    /** Forms a chunk of what waits, up to its limits: when it is full, or when the oldest has waited `maxAgeMs`.
     *  Inside a write transaction. */
    formChunk(
      shopId: string,
      newId: string,
      now: number,
      maxAgeMs: number,
    ): Chunk | { readonly dueInMs: number } | null {
      const waiting = loose.all(shopId, MAX_CHUNK_RECORDS)
      const first = waiting[0]
      if (first === undefined) return null
      let bytes = 0
      const fits = waiting.filter((row, index) => {
        bytes += row.size_bytes
        return index === 0 || bytes <= MAX_CHUNK_BYTES
      })
      const ageMs = now - first.created_at
      const isFull = fits.length === MAX_CHUNK_RECORDS || fits.length < waiting.length
      // A clock moved back makes the age negative: nothing waits longer than maxAgeMs for that.
      if (!isFull && ageMs >= 0 && ageMs < maxAgeMs) return { dueInMs: maxAgeMs - ageMs }
      addChunk.run(newId, shopId, now)
      for (const row of fits) assign.run(newId, row.design_id)
      return read(newId)
    },
    /** The backend has answered for every record of the chunk. */
    removeChunk: (id: string): void => {
      removeRecords.run(id)
      removeChunk.run(id)
    },
    count: (): number => count.get() ?? 0,
    countOf: (shopId: string): number => countOf.get(shopId) ?? 0,
  }
}
