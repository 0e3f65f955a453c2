/** Which numbers this workstation needs is told to the service, again and again. Append-only: a migration that has shipped is
 *  never edited. */
export const heldNumbers = `
DROP INDEX numbers_free;
CREATE INDEX numbers_held ON numbers (template_id, state, number) WHERE state = 'free' OR state = 'reserved';
`
