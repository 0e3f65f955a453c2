/** Up to which rev a template's designs are known, however far the shop's feed was set back since for another template.
 *  Append-only: a migration that has shipped is never edited. */
export const readTemplates = `
ALTER TABLE templates ADD COLUMN read_rev INTEGER NOT NULL DEFAULT 0;
`
