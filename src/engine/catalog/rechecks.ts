import type { Database } from 'better-sqlite3'
import { statementsOf } from './statements.ts'

/** An item whose record is stored. */
export interface Recheck {
  readonly itemId: string
  readonly templateId: string
  /** The shop's last one then: who stored a design up to it was earlier, and is not asked. */
  readonly rev: number
}

/** Items to be compared once more: with designs that colleagues had stored before them, and that were not known here then. */
export function createRechecks(database: Database) {
  const { run, rows, has } = statementsOf(database)
  return {
    add: run<[of: Recheck & { readonly shopId: string }]>(
      'INSERT OR REPLACE INTO rechecks (item_id, shop_id, template_id, rev) VALUES (@itemId, @shopId, @templateId, @rev)',
    ),
    remove: run<[itemId: string]>('DELETE FROM rechecks WHERE item_id = ?'),
    /** Those of which all is known by now, of one template. */
    due: rows<[limit: number], Recheck>(
      `SELECT item_id AS itemId, template_id AS templateId, rev FROM rechecks JOIN shops ON shops.id = shop_id
       WHERE rev <= feed_cursor ORDER BY template_id LIMIT ?`,
    ),
    /** Is there any design of a colleague that was read after the item was compared? Most often there is none. */
    hasNews: has<[itemId: string]>(
      `SELECT 1 FROM designs WHERE rowid > (SELECT rowid FROM designs WHERE id = ?) AND rev IS NOT NULL
       ORDER BY rowid DESC LIMIT 1`,
    ),
    /** Was the design read after the item was compared, and stored before it? */
    isNews: has<[of: { readonly itemId: string; readonly id: string; readonly rev: number }]>(
      `SELECT 1 FROM designs WHERE id = @id AND state = 'known' AND rev <= @rev
         AND rowid > (SELECT rowid FROM designs WHERE id = @itemId)`,
    ),
  }
}
