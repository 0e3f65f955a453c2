import type { Database } from 'better-sqlite3'
import type { DesignRecord } from '../../shared/api/records.ts'
import { statementsOf } from './statements.ts'

/** A design whose small picture the backend is to have. */
export interface DueThumbnail {
  readonly id: string
  readonly sha256: string
}

/** Small pictures that are still to be sent. */
export function createDueThumbnails(database: Database) {
  const { run, rows } = statementsOf(database)
  const put = run(
    `INSERT INTO due_thumbnails (id, shop_id, sha256) VALUES (@id, @shopId, unhex(@thumbnail))
     ON CONFLICT DO UPDATE SET sha256 = excluded.sha256`,
  )
  const of = rows<[shopId: string, limit: number], DueThumbnail>(
    'SELECT id, lower(hex(sha256)) AS sha256 FROM due_thumbnails WHERE shop_id = ? ORDER BY rowid LIMIT ?',
  )
  return {
    /** In the transaction in which its record is to be sent; a design without a picture has none to send. */
    add({ id, thumbnail }: Pick<DesignRecord, 'id' | 'thumbnail'>, shopId: string): void {
      if (thumbnail !== undefined) put({ id, shopId, thumbnail })
    },
    /** The first of a shop's. */
    of,
    remove: run<[id: string]>('DELETE FROM due_thumbnails WHERE id = ?'),
  }
}
