/** What a cancelled upload left stays for a while, and of which bytes it is. Append-only: a migration that has shipped is
 *  never edited. */
export const keptParts = `
ALTER TABLE items ADD COLUMN upload_sha256 BLOB;
ALTER TABLE items ADD COLUMN part_kept_until INTEGER;
`
