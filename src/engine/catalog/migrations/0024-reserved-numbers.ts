/** A number is an item's before its name is promised. Append-only: a migration that has shipped is never edited. */
export const reservedNumbers = `
ALTER TABLE items ADD COLUMN reserved INTEGER;
CREATE UNIQUE INDEX items_reserved ON items (template_id, reserved) WHERE reserved IS NOT NULL;
UPDATE OR IGNORE items SET reserved = number WHERE number IS NOT NULL AND EXISTS
  (SELECT 1 FROM numbers WHERE template_id = items.template_id AND number = items.number AND state = 'reserved');
`
