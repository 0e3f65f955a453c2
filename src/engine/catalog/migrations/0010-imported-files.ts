/** Files of folders whose designs were imported, as they were then. Append-only: a migration that has shipped is never
 *  edited. */
export const importedFiles = `
CREATE TABLE imported_files (
  template_id TEXT NOT NULL REFERENCES templates (id), path TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  mtime_ms INTEGER NOT NULL,
  PRIMARY KEY (template_id, path)
) STRICT, WITHOUT ROWID;
`
