/** What a design's pixels are, so that another file of the same picture is found. Unknown of those that are there: their
 *  hashes are of an older version as well. */
export const designPixels = `
ALTER TABLE designs ADD COLUMN pixels BLOB;
ALTER TABLE designs ADD COLUMN place TEXT;
UPDATE items SET state = json_set(state, '$.examination.fingerprint.pixels', json('null'))
  WHERE json_extract(state, '$.examination.fingerprint') IS NOT NULL;
CREATE INDEX designs_pixels ON designs (template_id, pixels) WHERE pixels IS NOT NULL;
`
