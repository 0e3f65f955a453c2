/** What is to be learnt from the NAS after the catalog was rebuilt. Append-only: a migration that has shipped is never
 *  edited. */
export const foundFiles = `
-- its folder is to be listed, and the feed to be read to its end, before anything is matched with it or sent there
ALTER TABLE templates ADD COLUMN listing_due INTEGER NOT NULL DEFAULT 0;
-- files there with names of ours that no design is known of: stored, and damaged before they were recorded
CREATE TABLE found_files (
  template_id TEXT NOT NULL REFERENCES templates (id), file_name TEXT NOT NULL, number INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  PRIMARY KEY (template_id, file_name)
) STRICT, WITHOUT ROWID;
`
