/** A rowid is never given twice: the similarity index goes on from the last one that it has. Hashes and luma are those of
 *  two views, the whole picture and the artwork; known ones have the whole only. */
export const designRowids = `
CREATE TABLE designs_anew (
  rowid INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, shop_id TEXT NOT NULL, template_id TEXT NOT NULL REFERENCES templates (id), state TEXT NOT NULL,
  copy INTEGER NOT NULL DEFAULT 0, number INTEGER, file_name TEXT NOT NULL, remote_path TEXT,
  sha256 BLOB NOT NULL, hashes BLOB NOT NULL, luma BLOB NOT NULL,
  low_variance INTEGER NOT NULL, algorithm_version INTEGER NOT NULL
) STRICT;
INSERT INTO designs_anew SELECT rowid, id, shop_id, template_id, state, copy, number, file_name, remote_path, sha256,
  unhex(hex(phash) || hex(dhash) || hex(phash) || hex(dhash)), luma, low_variance, algorithm_version FROM designs;
DROP TABLE designs;
ALTER TABLE designs_anew RENAME TO designs;
CREATE INDEX designs_sha256 ON designs (template_id, sha256);
CREATE INDEX designs_template ON designs (template_id);
CREATE INDEX designs_shop ON designs (shop_id, state);
CREATE UNIQUE INDEX designs_pending ON designs (template_id, sha256, copy) WHERE state = 'pending';
`
