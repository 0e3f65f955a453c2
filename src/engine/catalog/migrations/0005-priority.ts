/** Which batches go first. Append-only: a migration that has shipped is never edited. */
export const priority = `
ALTER TABLE batches ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal';
`
