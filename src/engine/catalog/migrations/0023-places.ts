/** The place in which each shop's designs lie, as it was proven at the NAS. Append-only: a migration that has shipped is never
 *  edited. */
export const places = `
ALTER TABLE shops ADD COLUMN place_id TEXT;
-- where it was found; paths of designs lie below that
ALTER TABLE shops ADD COLUMN place_root TEXT;
-- the backend knows how this computer comes there
ALTER TABLE shops ADD COLUMN place_told INTEGER NOT NULL DEFAULT 0;
`
