/** Of which bytes a final name was promised: an item that failed since remembers the dropped file alone, not what was made
 *  of it. Append-only: a migration that has shipped is never edited. */
export const intentDigest = `
-- null for a name that was promised before this was written down
ALTER TABLE items ADD COLUMN intent_sha256 BLOB;
`
