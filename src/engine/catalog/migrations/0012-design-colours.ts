/** The colours of designs, by which recoloured ones are told, and how much has to agree before a person of the shop is
 *  asked. */
export const designColours = `
ALTER TABLE designs ADD COLUMN chroma BLOB NOT NULL DEFAULT x'';
ALTER TABLE shops ADD COLUMN matching TEXT;
UPDATE items SET state = json_set(state, '$.examination.fingerprint.chroma', '')
  WHERE json_extract(state, '$.examination.fingerprint') IS NOT NULL;
UPDATE items SET state = json_set(state, '$.examination.fingerprint.framed.chroma', '')
  WHERE json_extract(state, '$.examination.fingerprint.framed') IS NOT NULL;
`
