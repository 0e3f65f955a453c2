/** Items that were stored before all that colleagues had stored until then was known here: they are compared once more when it
 *  is, and may have a twin that looks the same. Append-only: a migration that has shipped is never edited. */
export const rechecks = `
-- Of a record that was read from the service, since this version.
ALTER TABLE designs ADD COLUMN rev INTEGER;
-- How alike the two are.
ALTER TABLE twins ADD COLUMN kind TEXT NOT NULL DEFAULT 'exact';
CREATE TABLE rechecks (
  item_id TEXT PRIMARY KEY REFERENCES items (id), shop_id TEXT NOT NULL, template_id TEXT NOT NULL,
  -- the shop's last one when the item's record was stored
  rev INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
