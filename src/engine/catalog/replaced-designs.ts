import type { Database } from 'better-sqlite3'
import { STORED_SHA256 } from './designs.ts'
import { statementsOf } from './statements.ts'

/** How long the file that was replaced can be brought back. */
export const KEPT_MS = 7 * 24 * 3600_000

/** What an item replaced. */
export interface ReplacedDesign {
  readonly itemId: string
  readonly shopId: string
  readonly templateId: string
  /** `kept`: it can be brought back. `undoing`: that was begun. `undone`: it was. `dropped`: its file is gone. */
  readonly state: 'kept' | 'undoing' | 'undone' | 'dropped'
  readonly keptPath: string | null
  readonly keptUntil: number
  readonly designId: string
  readonly fileName: string
  readonly remotePath: string
  /** Of its file. */
  readonly storedSha256: string
}

const COLUMNS = `item_id AS itemId, shop_id AS shopId, template_id AS templateId, state, kept_path AS keptPath,
  replaced_at + ${KEPT_MS} AS keptUntil, id AS designId, file_name AS fileName, remote_path AS remotePath,
  ${STORED_SHA256} AS storedSha256`
const DESIGN = `id, shop_id, template_id, copy, number, file_name, remote_path, sha256, stored_sha256, hashes, luma, chroma,
  pixels, place, low_variance, algorithm_version`

/** Designs that items of this computer replaced. */
export function createReplacedDesigns(database: Database) {
  const { run, row, rows, value, values } = statementsOf(database)
  const remove = run<[itemId: string]>('DELETE FROM replaced_designs WHERE item_id = ?')
  const add = run(
    `INSERT INTO replaced_designs (item_id, state, kept_path, replaced_at, ${DESIGN})
     SELECT @itemId, CASE WHEN @keptPath IS NULL THEN 'dropped' ELSE 'kept' END, @keptPath, @now, ${DESIGN} FROM designs
     WHERE template_id = @templateId AND number = @number AND remote_path = @remotePath AND id <> @itemId
       AND state = 'known' LIMIT 1`,
  )
  const setState = run<[state: ReplacedDesign['state'], itemId: string]>(
    'UPDATE replaced_designs SET state = ? WHERE item_id = ?',
  )
  const due = rows<
    [{ now: number; shops: readonly string[]; except: readonly string[]; limit: number }],
    ReplacedDesign
  >(
    `SELECT ${COLUMNS} FROM replaced_designs
     WHERE state IN ('kept', 'undoing')
       AND (state = 'undoing' OR replaced_at <= @now - ${KEPT_MS})
       AND shop_id NOT IN (SELECT value FROM json_each(@shops))
       AND item_id NOT IN (SELECT value FROM json_each(@except)) LIMIT @limit`,
  )
  const keptIn = values<[templateId: string], string>(
    `SELECT item_id FROM replaced_designs WHERE template_id = ? AND state IN ('kept', 'undoing')`,
  )
  const see = run<[templateId: string, itemId: string, now: number]>(
    'INSERT INTO seen_kept_files VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const forget = run<[templateId: string, except: readonly string[]]>(
    `DELETE FROM seen_kept_files WHERE template_id = ? AND item_id NOT IN (SELECT value FROM json_each(?))`,
  )
  const seenLong = values<[templateId: string, now: number], string>(
    `SELECT item_id FROM seen_kept_files WHERE template_id = ? AND seen_at <= ? - ${KEPT_MS}`,
  )

  return {
    /** The item was stored. Where another design has the place, that one's file was replaced by the item's; `keptPath` null
     *  when it was not kept. Before that design is removed, in the same transaction. */
    add: (
      itemId: string,
      templateId: string,
      { number, remotePath }: { readonly number: number; readonly remotePath: string },
      keptPath: string | null,
      now: number,
    ): void => {
      remove(itemId)
      add({ itemId, templateId, number, remotePath, keptPath, now })
    },
    /** The design that the item replaced is known again. */
    bringBack: run<[itemId: string]>(
      `INSERT INTO designs (state, ${DESIGN}) SELECT 'known', ${DESIGN} FROM replaced_designs WHERE item_id = ?
       ON CONFLICT DO NOTHING`,
    ),
    setState: (itemId: string, state: ReplacedDesign['state']): void => setState(state, itemId),
    /** Those of the items whose replacement was taken back. */
    undoneAmong: values<[itemIds: readonly string[]], string>(
      `SELECT item_id FROM replaced_designs WHERE state = 'undone' AND item_id IN (SELECT value FROM json_each(?))`,
    ),
    get: row<[itemId: string], ReplacedDesign>(`SELECT ${COLUMNS} FROM replaced_designs WHERE item_id = ?`),
    /** Those to be settled or dropped now. */
    due: (now: number, exceptShops: readonly string[], except: readonly string[], limit: number): ReplacedDesign[] =>
      due({ now, shops: exceptShops, except, limit }),
    /** When the next of those that are kept is to be dropped; null when none is. */
    nextDueAt: value<[now: number], number>(
      `SELECT min(replaced_at) + ${KEPT_MS} FROM replaced_designs
       WHERE state IN ('kept', 'undoing') AND replaced_at > ? - ${KEPT_MS}`,
    ),
    /** Kept files in a template's folder that no item of this computer answers for: from when they were first seen, each is
     *  kept as long as one of our own. */
    sawKept: (templateId: string, itemIds: readonly string[], now: number): void => {
      const ours = new Set(keptIn(templateId))
      const others = itemIds.filter((id) => !ours.has(id))
      forget(templateId, others)
      for (const id of others) see(templateId, id, now)
    },
    /** Of those, the ones whose time is over. */
    seenLongAgo: (templateId: string, now: number): string[] => {
      const ours = new Set(keptIn(templateId))
      return seenLong(templateId, now).filter((id) => !ours.has(id))
    },
  }
}
