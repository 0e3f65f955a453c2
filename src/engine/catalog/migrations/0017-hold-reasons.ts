/** Why work waited when the engine ended last. Append-only: a migration that has shipped is never edited. */
export const holdReasons = `
-- one row for each NAS, folder and backend that something waited for; gone when it works again
CREATE TABLE hold_reasons (
  key TEXT PRIMARY KEY, failure TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`
