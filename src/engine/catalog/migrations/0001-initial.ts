/** Append-only: a migration that has shipped is never edited. */
export const initial = `
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE shops (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, nas TEXT, backend_url TEXT,
  feed_cursor INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE host_keys (
  host TEXT NOT NULL, port INTEGER NOT NULL, fingerprint TEXT NOT NULL, trusted_at INTEGER NOT NULL,
  PRIMARY KEY (host, port)
) STRICT, WITHOUT ROWID;

CREATE TABLE templates (
  id TEXT PRIMARY KEY, shop_id TEXT NOT NULL REFERENCES shops (id), name TEXT NOT NULL,
  width_inches REAL NOT NULL, height_inches REAL NOT NULL, dpi INTEGER NOT NULL, fit TEXT NOT NULL,
  name_pattern TEXT NOT NULL,
  -- every number below it is in numbers
  next_number INTEGER NOT NULL DEFAULT 1,
  UNIQUE (shop_id, name)
) STRICT, WITHOUT ROWID;

-- Every number ever taken. 'reserved' was given to an upload, 'used' stands on the NAS, 'foreign' belongs to a file
-- that is not ours, 'free' came back and is the first to be taken again.
CREATE TABLE numbers (
  template_id TEXT NOT NULL REFERENCES templates (id), number INTEGER NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (template_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX numbers_free ON numbers (template_id, number) WHERE state = 'free';

CREATE TABLE batches (
  id TEXT PRIMARY KEY, shop_id TEXT NOT NULL REFERENCES shops (id), template_id TEXT NOT NULL REFERENCES templates (id),
  created_at INTEGER NOT NULL, policy TEXT NOT NULL, state TEXT NOT NULL, ignored_count INTEGER NOT NULL DEFAULT 0,
  cleared INTEGER NOT NULL DEFAULT 0,
  -- what was dropped, as a JSON array: a walk that was cut short begins again
  paths TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
  id TEXT PRIMARY KEY, batch_id TEXT NOT NULL REFERENCES batches (id), shop_id TEXT NOT NULL, template_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  path TEXT NOT NULL, file_name TEXT NOT NULL, size_bytes INTEGER NOT NULL, mtime_ms INTEGER NOT NULL,
  stage TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, worker_deaths INTEGER NOT NULL DEFAULT 0, copy INTEGER NOT NULL DEFAULT 0,
  upload_attempt INTEGER NOT NULL DEFAULT 0,
  -- the intent to rename: written before the rename is sent
  number INTEGER, final_name TEXT, intent_attempt INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX items_order ON items (batch_id, seq);
-- covers the counts that are shown ten times a second
CREATE INDEX items_stage ON items (batch_id, stage, seq, size_bytes);

-- 'known': stands on the NAS. 'pending': an item of this computer is on its way there, under the same id.
CREATE TABLE designs (
  id TEXT PRIMARY KEY, shop_id TEXT NOT NULL, template_id TEXT NOT NULL REFERENCES templates (id), state TEXT NOT NULL,
  copy INTEGER NOT NULL DEFAULT 0, number INTEGER, file_name TEXT NOT NULL, remote_path TEXT,
  sha256 BLOB NOT NULL, phash BLOB NOT NULL, dhash BLOB NOT NULL, luma BLOB NOT NULL,
  low_variance INTEGER NOT NULL, algorithm_version INTEGER NOT NULL
) STRICT;
CREATE INDEX designs_sha256 ON designs (template_id, sha256);
-- an index carries the rowid: the library is scanned in its order
CREATE INDEX designs_template ON designs (template_id);
CREATE INDEX designs_shop ON designs (shop_id, state);
-- a double drop is one upload; a kept duplicate carries the next copy ordinal
CREATE UNIQUE INDEX designs_pending ON designs (template_id, sha256, copy) WHERE state = 'pending';

CREATE TABLE chunks (id TEXT PRIMARY KEY, shop_id TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  design_id TEXT PRIMARY KEY, shop_id TEXT NOT NULL, record TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL, chunk_id TEXT REFERENCES chunks (id)
) STRICT;
CREATE INDEX outbox_chunk ON outbox (shop_id, chunk_id);
`
