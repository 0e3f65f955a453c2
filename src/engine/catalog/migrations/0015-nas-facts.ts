/** What a NAS was seen to do in a folder, and whether an empty file was to claim the final name of an item. Append-only: a
 *  migration that has shipped is never edited. */
export const nasFacts = `
CREATE TABLE nas_facts (
  shop_id TEXT NOT NULL REFERENCES shops(id),
  folder TEXT NOT NULL,
  facts TEXT NOT NULL,
  PRIMARY KEY (shop_id, folder)
) STRICT, WITHOUT ROWID;
ALTER TABLE items ADD COLUMN intent_claimed INTEGER NOT NULL DEFAULT 0;
`
