/** Up to which attempt the temporary files of an item are known to be gone. Append-only: a migration that has shipped is
 *  never edited. */
export const sweptAttempts = `
ALTER TABLE items ADD COLUMN swept_attempt INTEGER NOT NULL DEFAULT 0;
UPDATE items SET swept_attempt = upload_attempt WHERE stage = 'done';
CREATE INDEX items_unswept ON items (batch_id) WHERE upload_attempt > swept_attempt;
`
