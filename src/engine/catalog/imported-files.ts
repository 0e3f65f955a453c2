import type { Database } from 'better-sqlite3'
import type { SourceFile } from '../../shared/domain/item.ts'
import { HASH_ALGORITHM_VERSION } from '../../shared/domain/picture.ts'
import { statementsOf } from './statements.ts'

/** Which files of folders were imported, so that none is read again. */
export function createImportedFiles(database: Database) {
  const { run, has } = statementsOf(database)
  const put = run(
    `INSERT INTO imported_files VALUES (@templateId, @path, @sizeBytes, @mtimeMs, ${HASH_ALGORITHM_VERSION}, @isShared)
     ON CONFLICT DO UPDATE SET size_bytes = @sizeBytes, mtime_ms = @mtimeMs,
       algorithm_version = excluded.algorithm_version, is_shared = @isShared`,
  )
  const isThere = has(
    `SELECT 1 FROM imported_files WHERE template_id = @templateId AND path = @path AND size_bytes = @sizeBytes
       AND mtime_ms = @mtimeMs AND algorithm_version = ${HASH_ALGORITHM_VERSION} AND (is_shared OR NOT @isShared)`,
  )
  return {
    /** In the transaction in which its design becomes known; `isShared`: the shop knows it by a record. */
    add: (templateId: string, file: Omit<SourceFile, 'fileName'>, isShared: boolean): void =>
      put({ templateId, ...file, isShared }),
    /** Was it imported as it is now, and hashed as it is now; and, where that is asked, is it shared? */
    has: (templateId: string, file: SourceFile, isShared: boolean): boolean =>
      isThere({ templateId, ...file, isShared }),
  }
}
