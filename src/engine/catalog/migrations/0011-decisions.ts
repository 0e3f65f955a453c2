/** What was said of two artworks, and what an item's own decision was made of. Append-only: a migration that has shipped is
 *  never edited. */
export const decisions = `
-- Two artworks are two contents; the ids tell which designs they became: of one that was skipped, none.
CREATE TABLE decisions (
  shop_id TEXT NOT NULL REFERENCES shops (id), sha256 BLOB NOT NULL, against_sha256 BLOB NOT NULL,
  design_id TEXT NOT NULL, against_id TEXT NOT NULL, decision TEXT NOT NULL,
  PRIMARY KEY (shop_id, sha256, against_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX decisions_design ON decisions (design_id);
ALTER TABLE items ADD COLUMN decided TEXT;
ALTER TABLE shops ADD COLUMN decision_cursor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox RENAME COLUMN design_id TO id;
ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'design';
`
