/** Templates are the shop's: each has an id there, and a code and a folder that stay. Append-only: a migration that has shipped
 *  is never edited. */
export const sharedTemplates = `
ALTER TABLE templates ADD COLUMN shared_id TEXT NOT NULL DEFAULT '';
ALTER TABLE templates ADD COLUMN code TEXT NOT NULL DEFAULT '';
-- below the root of the NAS; made of the names of shop and template where it is empty
ALTER TABLE templates ADD COLUMN folder TEXT NOT NULL DEFAULT '';
-- of the shop's that it is as; 0: the shop's service has not taken it
ALTER TABLE templates ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
-- of the shop's places, where that is known
ALTER TABLE templates ADD COLUMN place_id TEXT;
-- the shop's, where a person is to say which of the two holds
ALTER TABLE templates ADD COLUMN theirs TEXT;
UPDATE templates SET shared_id = id, code = name;
`
