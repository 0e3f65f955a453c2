import type { Database } from 'better-sqlite3'
import { statementsOf } from './statements.ts'

/** A file on the NAS with a name of ours that no design is known of. */
export interface FoundFile {
  readonly templateId: string
  readonly fileName: string
  readonly number: number
  readonly sizeBytes: number
}

/** What a rebuilt catalog must learn from the NAS, and what it learnt. */
export function createFoundFiles(database: Database) {
  const { run, set, rows, values, has } = statementsOf(database)
  return {
    /** Templates of the shop whose folders are to be listed. */
    due: values<[shopId: string], string>('SELECT id FROM templates WHERE shop_id = ? AND listing_due = 1'),
    setDue: set<boolean>('templates', 'listing_due'),
    markAllDue: run<[]>('UPDATE templates SET listing_due = 1'),
    add: run<[file: FoundFile]>(
      'INSERT INTO found_files VALUES (@templateId, @fileName, @number, @sizeBytes) ON CONFLICT DO NOTHING',
    ),
    /** Are there files in the template's folder that an item may be? */
    has: has<[templateId: string]>('SELECT 1 FROM found_files WHERE template_id = ? LIMIT 1'),
    /** Those that an item of that size may be. */
    ofSize: rows<[templateId: string, sizeBytes: number], FoundFile>(
      `SELECT template_id AS templateId, file_name AS fileName, number, size_bytes AS sizeBytes FROM found_files
       WHERE template_id = ? AND size_bytes = ? ORDER BY number`,
    ),
    /** It is known whose it is, or gone. False when somebody else took it. */
    remove: has<[templateId: string, fileName: string]>(
      'DELETE FROM found_files WHERE template_id = ? AND file_name = ? RETURNING 1',
    ),
  }
}
