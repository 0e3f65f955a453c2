import type { Database } from 'better-sqlite3'
import { asRead } from './as-read.ts'

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
  /** The batch of the item was taken off the list. */
  readonly isCleared: boolean
}

const COLUMNS = `r.item_id AS itemId, r.shop_id AS shopId, r.template_id AS templateId, r.state, r.kept_path AS keptPath,
  r.replaced_at + ${KEPT_MS} AS keptUntil, r.id AS designId, r.file_name AS fileName, r.remote_path AS remotePath,
  lower(hex(coalesce(r.stored_sha256, r.sha256))) AS storedSha256, b.cleared AS isCleared`
const ROWS = `replaced_designs r JOIN items i ON i.id = r.item_id JOIN batches b ON b.id = i.batch_id`
const DESIGN = `id, shop_id, template_id, copy, number, file_name, remote_path, sha256, stored_sha256, hashes, luma, chroma,
  pixels, place, low_variance, algorithm_version`

type Row = Omit<ReplacedDesign, 'isCleared'> & { readonly isCleared: number }

/** Designs that items of this computer replaced. */
export function createReplacedDesigns(database: Database) {
  const remove = database.prepare('DELETE FROM replaced_designs WHERE item_id = ?')
  const add = database.prepare(
    `INSERT INTO replaced_designs (item_id, state, kept_path, replaced_at, ${DESIGN})
     SELECT @itemId, CASE WHEN @keptPath IS NULL THEN 'dropped' ELSE 'kept' END, @keptPath, @now, ${DESIGN} FROM designs
     WHERE template_id = @templateId AND number = @number AND remote_path = @remotePath AND id <> @itemId
       AND state = 'known' LIMIT 1`,
  )
  const bringBack = database.prepare(
    `INSERT INTO designs (state, ${DESIGN}) SELECT 'known', ${DESIGN} FROM replaced_designs WHERE item_id = ?
     ON CONFLICT DO NOTHING`,
  )
  const setState = database.prepare('UPDATE replaced_designs SET state = ? WHERE item_id = ?')
  const get = database.prepare<[string], Row>(`SELECT ${COLUMNS} FROM ${ROWS} WHERE r.item_id = ?`)
  const due = database.prepare<[{ now: number; shops: string; except: string; limit: number }], Row>(
    `SELECT ${COLUMNS} FROM ${ROWS}
     WHERE r.state IN ('kept', 'undoing')
       AND (r.state = 'undoing' OR b.cleared = 1 OR r.replaced_at <= @now - ${KEPT_MS})
       AND r.shop_id NOT IN (SELECT value FROM json_each(@shops))
       AND r.item_id NOT IN (SELECT value FROM json_each(@except)) LIMIT @limit`,
  )
  const nextDueAt = database
    .prepare<[number], number | null>(
      `SELECT min(replaced_at) + ${KEPT_MS} FROM replaced_designs
       WHERE state IN ('kept', 'undoing') AND replaced_at > ? - ${KEPT_MS}`,
    )
    .pluck()
  const keptIn = database
    .prepare<[string], string>(
      `SELECT item_id FROM replaced_designs WHERE template_id = ? AND state IN ('kept', 'undoing')`,
    )
    .pluck()
  const see = database.prepare('INSERT INTO seen_kept_files VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const forget = database.prepare(
    `DELETE FROM seen_kept_files WHERE template_id = ? AND item_id NOT IN (SELECT value FROM json_each(?))`,
  )
  const seenLong = database
    .prepare<[string, number], string>(
      `SELECT item_id FROM seen_kept_files WHERE template_id = ? AND seen_at <= ? - ${KEPT_MS}`,
    )
    .pluck()

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
      remove.run(itemId)
      add.run({ itemId, templateId, number, remotePath, keptPath, now })
    },
    /** The design that the item replaced is known again. */
    bringBack: (itemId: string): void => void bringBack.run(itemId),
    setState: (itemId: string, state: ReplacedDesign['state']): void => void setState.run(state, itemId),
    get: (itemId: string): ReplacedDesign | null => asRead(get.get(itemId), replacedOf),
    /** Those to be settled or dropped now. */
    due: (now: number, exceptShops: readonly string[], except: readonly string[], limit: number): ReplacedDesign[] =>
      due.all({ now, shops: JSON.stringify(exceptShops), except: JSON.stringify(except), limit }).map(replacedOf),
    /** When the next of those that are kept is to be dropped; null when none is. */
    nextDueAt: (now: number): number | null => nextDueAt.get(now) ?? null,
    /** Kept files in a template's folder that no item of this computer answers for: from when they were first seen, each is
     *  kept as long as one of our own. */
    sawKept: (templateId: string, itemIds: readonly string[], now: number): void => {
      const ours = new Set(keptIn.all(templateId))
      const others = itemIds.filter((id) => !ours.has(id))
      forget.run(templateId, JSON.stringify(others))
      for (const id of others) see.run(templateId, id, now)
    },
    /** Of those, the ones whose time is over. */
    seenLongAgo: (templateId: string, now: number): string[] => {
      const ours = new Set(keptIn.all(templateId))
      return seenLong.all(templateId, now).filter((id) => !ours.has(id))
    },
  }
}

function replacedOf(row: Row): ReplacedDesign {
  return { ...row, isCleared: row.isCleared === 1 }
}
