/** A stopped upload closed its temporary file: the next may write on in it. Append-only: a migration that has shipped is
 *  never edited. */
export const closedParts = `
ALTER TABLE items ADD COLUMN resume_closed INTEGER NOT NULL DEFAULT 0;
`
