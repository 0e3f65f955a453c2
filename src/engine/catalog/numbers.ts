import type { Database } from 'better-sqlite3'

/** The numbers of a template's files: the lowest free one is taken, so that there are no gaps at rest. */
export function createNumbers(database: Database) {
  const lowestFree = database
    .prepare<[string], number | null>(`SELECT min(number) FROM numbers WHERE template_id = ? AND state = 'free'`)
    .pluck()
  const next = database.prepare<[string], number>('SELECT next_number FROM templates WHERE id = ?').pluck()
  const setNext = database.prepare('UPDATE templates SET next_number = ? WHERE id = ?')
  const taken = database
    .prepare<[string, number], number>('SELECT 1 FROM numbers WHERE template_id = ? AND number = ?')
    .pluck()
  const put = database.prepare(
    `INSERT INTO numbers VALUES (@templateId, @number, @state)
     ON CONFLICT DO UPDATE SET state = @state`,
  )
  const putUsed = database.prepare(
    `INSERT INTO numbers VALUES (?, ?, 'used') ON CONFLICT DO UPDATE SET state = 'used' WHERE state = 'free'`,
  )

  const free = database.prepare(
    `UPDATE numbers SET state = 'free' WHERE template_id = ? AND number = ? AND state = 'reserved'`,
  )

  return {
    /** Takes the lowest free number. Inside a write transaction, with the intent to rename. */
    reserve(templateId: string): number {
      let number = lowestFree.get(templateId) ?? 0
      if (number === 0) {
        number = next.get(templateId) ?? 1
        while (taken.get(templateId, number) !== undefined) number += 1
        setNext.run(number + 1, templateId)
      }
      put.run({ templateId, number, state: 'reserved' })
      return number
    },
    /** The number's file stands on the NAS. */
    markUsed: (templateId: string, number: number): void => void put.run({ templateId, number, state: 'used' }),
    /** The number was used by a colleague's workstation. A number reserved here stays so: its rename will tell. */
    markUsedElsewhere: (templateId: string, number: number): void => void putUsed.run(templateId, number),
    /** A file that is not ours stands under the number: it is never taken again. */
    markForeign: (templateId: string, number: number): void => void put.run({ templateId, number, state: 'foreign' }),
    /** It is proven that nothing was stored under the number that was reserved; one that a file has stays that file's. */
    free: (templateId: string, number: number): void => void free.run(templateId, number),
  }
}
