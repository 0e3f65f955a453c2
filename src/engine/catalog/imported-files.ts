import type { Database } from 'better-sqlite3'
import type { SourceFile } from '../../shared/domain/item.ts'
import { HASH_ALGORITHM_VERSION } from '../../shared/domain/picture.ts'
import { statementsOf } from './statements.ts'

/** Which files of folders were imported, so that none is read again. */
export function createImportedFiles(database: Database) {
  const { run, has } = statementsOf(database)
  const put = run(
    `INSERT INTO imported_files VALUES (@templateId, @path, @sizeBytes, @mtimeMs, ${HASH_ALGORITHM_VERSION})
     ON CONFLICT DO UPDATE SET size_bytes = @sizeBytes, mtime_ms = @mtimeMs, algorithm_version = excluded.algorithm_version`,
  )
  const isThere = has(
    `SELECT 1 FROM imported_files WHERE template_id = @templateId AND path = @path AND size_bytes = @sizeBytes
       AND mtime_ms = @mtimeMs AND algorithm_version = ${HASH_ALGORITHM_VERSION}`,
  )
  return {
    /** In the transaction in which its design becomes known. */
    add: (templateId: string, file: Omit<SourceFile, 'fileName'>): void => put({ templateId, ...file }),
    /** Was it imported as it is now, and hashed as it is now? */
    has: (templateId: string, file: SourceFile): boolean => isThere({ templateId, ...file }),
  }
}
