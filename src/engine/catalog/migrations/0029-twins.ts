/** Designs of items of this computer that a colleague has stored as well, as the service told with the record: what a person
 *  said of each, and how far that is. Append-only: a migration that has shipped is never edited. */
export const twins = `
CREATE TABLE twins (
  item_id TEXT PRIMARY KEY REFERENCES items (id), shop_id TEXT NOT NULL, twin_id TEXT NOT NULL, device TEXT,
  -- 'open': to be asked; 'kept': both stay; 'withdrawing': on its way to kept_path; 'withdrawn': there; 'reinstating': on its
  -- way back; 'dropped': the file is gone
  state TEXT NOT NULL, remote_path TEXT, kept_path TEXT, withdrawn_at INTEGER,
  -- that the record is over: NULL not told to the service, 0 told, 1 the service took it
  taken INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX twins_twin ON twins (twin_id);
CREATE INDEX twins_moving ON twins (state) WHERE state NOT IN ('open', 'kept', 'dropped');
`
