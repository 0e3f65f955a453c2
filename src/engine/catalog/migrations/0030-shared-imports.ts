/** Of which imported files the shop was sent a record. Append-only: a migration that has shipped is never edited. */
export const sharedImports = `
ALTER TABLE imported_files ADD COLUMN is_shared INTEGER NOT NULL DEFAULT 0;
`
