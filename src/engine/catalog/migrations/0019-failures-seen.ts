/** What a person has not looked at yet, and what preflight warned of. Append-only: a migration that has shipped is never
 *  edited. */
export const failuresSeen = `
-- of a catalog that is brought here, all that failed was seen
ALTER TABLE batches ADD COLUMN failed_unseen INTEGER NOT NULL DEFAULT 0;
-- covers the count that is shown ten times a second
CREATE INDEX items_warned ON items (batch_id)
  WHERE json_array_length(state, '$.examination.preflight.warnings') > 0;
`
