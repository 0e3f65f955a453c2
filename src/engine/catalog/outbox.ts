import type { Database } from 'better-sqlite3'
import type { DecisionRecord } from '../../shared/api/decisions.ts'
import { type DesignRecord, MAX_CHUNK_BYTES, MAX_CHUNK_RECORDS } from '../../shared/api/records.ts'
import type { UndoneRecord } from '../../shared/api/undone.ts'
import { createDueThumbnails } from './due-thumbnails.ts'
import { asRead, statementsOf } from './statements.ts'

/** Records on their way to the backend under one idempotency key; its composition never changes. */
export type Chunk = {
  /** Also the idempotency key. */
  readonly id: string
} & (
  | { readonly kind: 'design'; readonly records: readonly DesignRecord[] }
  | { readonly kind: 'decision'; readonly records: readonly DecisionRecord[] }
  | { readonly kind: 'undone'; readonly records: readonly UndoneRecord[] }
)

interface OutboxRow {
  readonly id: string
  readonly kind: Chunk['kind']
  readonly sizeBytes: number
  readonly createdAt: number
}

/** Records, decisions and replacements taken back, not yet confirmed by the backend. */
export function createOutbox(database: Database) {
  const { run, rows, value, count, has } = statementsOf(database)
  const { add: addThumbnail } = createDueThumbnails(database)
  const insert = run(
    `INSERT INTO outbox (id, kind, shop_id, record, size_bytes, created_at)
     VALUES (@id, @kind, @shopId, @record, @sizeBytes, @createdAt) ON CONFLICT DO NOTHING`,
  )
  const loose = rows<[shopId: string, limit: number], OutboxRow>(
    `SELECT id, kind, size_bytes AS sizeBytes, created_at AS createdAt FROM outbox
     WHERE shop_id = ? AND chunk_id IS NULL ORDER BY rowid LIMIT ?`,
  )
  const oldestChunk = value<[shopId: string], string>(
    'SELECT id FROM chunks WHERE shop_id = ? ORDER BY created_at, id LIMIT 1',
  )
  const ofChunk = rows<[id: string], Pick<OutboxRow, 'kind'> & { readonly record: string }>(
    'SELECT kind, record FROM outbox WHERE chunk_id = ? ORDER BY rowid',
  )
  const addChunk = run<[id: string, shopId: string, createdAt: number]>('INSERT INTO chunks VALUES (?, ?, ?)')
  const assign = run<[chunkId: string, id: string]>('UPDATE outbox SET chunk_id = ? WHERE id = ?')
  const removeRecords = run<[chunkId: string]>('DELETE FROM outbox WHERE chunk_id = ?')
  const removeChunk = run<[id: string]>('DELETE FROM chunks WHERE id = ?')
  const tells = has<[shopId: string, sha256: string, againstSha256: string]>(
    `SELECT 1 FROM outbox WHERE shop_id = ? AND kind = 'decision' AND record ->> 'sha256' = ?
       AND record ->> 'againstSha256' = ? LIMIT 1`,
  )

  // Written from records of its kind; one that the backend cannot take must not hold the others, so it judges.
  const read = (id: string): Chunk => {
    const rows = ofChunk(id)
    return { id, kind: rows[0]?.kind ?? 'design', records: rows.map(({ record }) => JSON.parse(record)) } as Chunk
  }

  const put = (kind: Chunk['kind'], shopId: string, record: Chunk['records'][number], createdAt: number): void => {
    const sizeBytes = 'sizeBytes' in record ? record.sizeBytes : 0
    insert({ id: record.id, kind, shopId, record: JSON.stringify(record), sizeBytes, createdAt })
  }

  return {
    /** In the transaction in which the item becomes `stored`. Its small picture goes with it. */
    add(shopId: string, record: DesignRecord, createdAt: number): void {
      put('design', shopId, record, createdAt)
      addThumbnail(record, shopId)
    },
    /** In the transaction in which it is made or taken back. */
    addDecision: (shopId: string, record: DecisionRecord, createdAt: number): void =>
      put('decision', shopId, record, createdAt),
    /** In the transaction in which the replaced design is known again. */
    addUndone: (shopId: string, record: UndoneRecord, createdAt: number): void =>
      put('undone', shopId, record, createdAt),
    /** Something that was said here of the two artworks is not yet confirmed. */
    tellsOf: (shopId: string, { sha256, againstSha256 }: Pick<DecisionRecord, 'sha256' | 'againstSha256'>): boolean =>
      tells(shopId, sha256, againstSha256),
    /** A record of that id is not yet confirmed. */
    has: has<[id: string]>('SELECT 1 FROM outbox WHERE id = ?'),
    /** The chunk that was formed first and is not yet confirmed. */
    oldestChunk: (shopId: string): Chunk | null => asRead(oldestChunk(shopId), read),
    /** Forms a chunk of what waits, up to its limits and to the first of another kind: when it is full, or when the oldest
     *  has waited `maxAgeMs`. Inside a write transaction. */
    formChunk(
      shopId: string,
      newId: string,
      now: number,
      maxAgeMs: number,
    ): Chunk | { readonly dueInMs: number } | null {
      const waiting = loose(shopId, MAX_CHUNK_RECORDS)
      const first = waiting[0]
      if (first === undefined) return null
      const other = waiting.findIndex(({ kind }) => kind !== first.kind)
      let bytes = 0
      const fits = waiting.slice(0, other < 0 ? waiting.length : other).filter((row, index) => {
        bytes += row.sizeBytes
        return index === 0 || bytes <= MAX_CHUNK_BYTES
      })
      const ageMs = now - first.createdAt
      const isFull = fits.length === MAX_CHUNK_RECORDS || fits.length < waiting.length
      // A clock moved back makes the age negative: nothing waits longer than maxAgeMs for that.
      if (!isFull && ageMs >= 0 && ageMs < maxAgeMs) return { dueInMs: maxAgeMs - ageMs }
      addChunk(newId, shopId, now)
      for (const row of fits) assign(newId, row.id)
      return read(newId)
    },
    /** The backend has answered for every record of the chunk. */
    removeChunk: (id: string): void => {
      removeRecords(id)
      removeChunk(id)
    },
    count: count<[]>('SELECT count(*) FROM outbox'),
    countOf: count<[shopId: string]>('SELECT count(*) FROM outbox WHERE shop_id = ?'),
  }
}
