/** Links that lead out of what was dropped, and whether a person wants them followed. Append-only: a migration that has shipped
 *  is never edited. */
export const linksOut = `
ALTER TABLE batches ADD COLUMN links_out TEXT NOT NULL DEFAULT '[]';
ALTER TABLE batches ADD COLUMN follows_links INTEGER NOT NULL DEFAULT 0;
`
