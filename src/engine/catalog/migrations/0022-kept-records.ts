/** What the backend had of the shop, kept for when it loses it, and which point of its history is known. Append-only: a
 *  migration that has shipped is never edited. */
export const keptRecords = `
-- In the order in which the backend had them. A design that is none any more has no record, and what stood there before it.
CREATE TABLE kept_designs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, shop_id TEXT NOT NULL, id BLOB NOT NULL, uploaded_at INTEGER NOT NULL,
  record BLOB, replaced TEXT,
  UNIQUE (id, shop_id)
) STRICT;
-- Every telling, also those that another one followed: by them a telling is known to be an earlier one.
CREATE TABLE kept_decisions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, shop_id TEXT NOT NULL, sha256 BLOB NOT NULL, against_sha256 BLOB NOT NULL,
  id TEXT NOT NULL, design_id TEXT NOT NULL, against_id TEXT NOT NULL, decision TEXT,
  UNIQUE (id, shop_id)
) STRICT;
CREATE INDEX kept_decisions_pair ON kept_decisions (sha256, against_sha256);
ALTER TABLE shops ADD COLUMN history_rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shops ADD COLUMN history_tag TEXT;
-- of the shop at the backend
ALTER TABLE shops ADD COLUMN backend_shop_id TEXT;
-- the backend is to be sent what it lacks before anything else is sent or read
ALTER TABLE shops ADD COLUMN resend_due INTEGER NOT NULL DEFAULT 0;
-- all of it is read once more, to be kept
UPDATE shops SET feed_cursor = 0, decision_cursor = 0;
`
