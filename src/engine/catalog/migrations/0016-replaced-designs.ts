/** Designs whose file an item of this computer replaced, each with what it takes to bring it back, and how far that is. Of
 *  other workstations' items the kept files are known by when they were seen first. Append-only: a migration that has
 *  shipped is never edited. */
export const replacedDesigns = `
CREATE TABLE replaced_designs (
  item_id TEXT PRIMARY KEY REFERENCES items (id),
  -- 'kept': under kept_path; 'undoing': on its way back; 'undone': it has its name again; 'dropped': the file is gone
  state TEXT NOT NULL, kept_path TEXT, replaced_at INTEGER NOT NULL,
  id TEXT NOT NULL, shop_id TEXT NOT NULL, template_id TEXT NOT NULL, copy INTEGER NOT NULL, number INTEGER NOT NULL,
  file_name TEXT NOT NULL, remote_path TEXT NOT NULL, sha256 BLOB NOT NULL, stored_sha256 BLOB, hashes BLOB NOT NULL,
  luma BLOB NOT NULL, chroma BLOB NOT NULL, pixels BLOB, place TEXT, low_variance INTEGER NOT NULL,
  algorithm_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX replaced_kept ON replaced_designs (replaced_at) WHERE state IN ('kept', 'undoing');
CREATE TABLE seen_kept_files (
  template_id TEXT NOT NULL REFERENCES templates (id), item_id TEXT NOT NULL, seen_at INTEGER NOT NULL,
  PRIMARY KEY (template_id, item_id)
) STRICT, WITHOUT ROWID;
`
