/** Small pictures of designs whose records go to the backend: which of them are still to be sent there. Append-only: a
 *  migration that has shipped is never edited. */
export const dueThumbnails = `
CREATE TABLE due_thumbnails (
  id TEXT PRIMARY KEY, shop_id TEXT NOT NULL, sha256 BLOB NOT NULL
) STRICT;
CREATE INDEX due_thumbnails_shop ON due_thumbnails (shop_id);
`
