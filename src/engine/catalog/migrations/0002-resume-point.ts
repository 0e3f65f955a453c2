/** What a cut upload has on the NAS for certain. Append-only: a migration that has shipped is never edited. */
export const resumePoint = `
ALTER TABLE items ADD COLUMN resume_attempt INTEGER;
ALTER TABLE items ADD COLUMN resume_offset INTEGER;
`
