import type { Database } from 'better-sqlite3'

/** A file on the NAS with a name of ours that no design is known of. */
export interface FoundFile {
  readonly templateId: string
  readonly fileName: string
  readonly number: number
  readonly sizeBytes: number
}

/** What a rebuilt catalog must learn from the NAS, and what it learnt. */
export function createFoundFiles(database: Database) {
  const due = database
    .prepare<[string], string>('SELECT id FROM templates WHERE shop_id = ? AND listing_due = 1')
    .pluck()
  const setDue = database.prepare('UPDATE templates SET listing_due = ? WHERE id = ?')
  const insert = database.prepare(
    'INSERT INTO found_files VALUES (@templateId, @fileName, @number, @sizeBytes) ON CONFLICT DO NOTHING',
  )
  const ofSize = database.prepare<[string, number], FoundFile>(
    `SELECT template_id AS templateId, file_name AS fileName, number, size_bytes AS sizeBytes FROM found_files
     WHERE template_id = ? AND size_bytes = ? ORDER BY number`,
  )
  const remove = database.prepare('DELETE FROM found_files WHERE template_id = ? AND file_name = ?')
  const markAllDue = database.prepare('UPDATE templates SET listing_due = 1')

  return {
    /** Templates of the shop whose folders are to be listed. */
    due: (shopId: string): string[] => due.all(shopId),
    setDue: (templateId: string, isDue: boolean): void => void setDue.run(isDue ? 1 : 0, templateId),
    markAllDue: (): void => void markAllDue.run(),
    add: (file: FoundFile): void => void insert.run(file),
    /** Those that an item of that size may be. */
    ofSize: (templateId: string, sizeBytes: number): FoundFile[] => ofSize.all(templateId, sizeBytes),
    /** It is known whose it is, or gone. False when somebody else took it. */
    remove: (templateId: string, fileName: string): boolean => remove.run(templateId, fileName).changes > 0,
  }
}
