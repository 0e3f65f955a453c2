import type { Database } from 'better-sqlite3'
import type { SourceFile } from '../../shared/domain/item.ts'
import { HASH_ALGORITHM_VERSION } from '../../shared/domain/picture.ts'

/** Which files of folders were imported, so that none is read again. */
export function createImportedFiles(database: Database) {
  const put = database.prepare(
    `INSERT INTO imported_files VALUES (@templateId, @path, @sizeBytes, @mtimeMs, ${HASH_ALGORITHM_VERSION})
     ON CONFLICT DO UPDATE SET size_bytes = @sizeBytes, mtime_ms = @mtimeMs, algorithm_version = excluded.algorithm_version`,
  )
  const has = database
    .prepare<[string, string, number, number], number>(
      `SELECT 1 FROM imported_files WHERE template_id = ? AND path = ? AND size_bytes = ? AND mtime_ms = ?
         AND algorithm_version = ${HASH_ALGORITHM_VERSION}`,
    )
    .pluck()
  return {
    /** In the transaction in which its design becomes known. */
    add: (templateId: string, { path, sizeBytes, mtimeMs }: Omit<SourceFile, 'fileName'>): void =>
      void put.run({ templateId, path, sizeBytes, mtimeMs }),
    /** Was it imported as it is now, and hashed as it is now? */
    has: (templateId: string, { path, sizeBytes, mtimeMs }: SourceFile): boolean =>
      has.get(templateId, path, sizeBytes, mtimeMs) !== undefined,
  }
}
