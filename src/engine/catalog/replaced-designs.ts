import type { Database } from 'better-sqlite3'

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
  lower(hex(coalesce(stored_sha256, sha256))) AS storedSha256`
const DESIGN = `id, shop_id, template_id, copy, number, file_name, remote_path, sha256, stored_sha256, hashes, luma, chroma,
  pixels, place, low_variance, algorithm_version`

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
  const get = database.prepare<[string], ReplacedDesign>(`SELECT ${COLUMNS} FROM replaced_designs WHERE item_id = ?`)
  const due = database.prepare<[{ now: number; shops: string; except: string; limit: number }], ReplacedDesign>(
    `SELECT ${COLUMNS} FROM replaced_designs
     WHERE state IN ('kept', 'undoing')
       AND (state = 'undoing' OR replaced_at <= @now - ${KEPT_MS})
       AND shop_id NOT IN (SELECT value FROM json_each(@shops))
       AND item_id NOT IN (SELECT value FROM json_each(@except)) LIMIT @limit`,
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
    get: (itemId: string): ReplacedDesign | null => get.get(itemId) ?? null,
    /** Those to be settled or dropped now. */
    due: (now: number, exceptShops: readonly string[], except: readonly string[], limit: number): ReplacedDesign[] =>
      due.all({ now, shops: JSON.stringify(exceptShops), except: JSON.stringify(except), limit }),
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
