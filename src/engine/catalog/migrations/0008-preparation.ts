/** What a template does to its designs before they are sent, as JSON, and the SHA-256 of what was stored where that is
 *  another file than the one that was dropped. Append-only: a migration that has shipped is never edited. */
export const preparation = `
ALTER TABLE templates ADD COLUMN preparation TEXT;
ALTER TABLE designs ADD COLUMN stored_sha256 BLOB;
`
