/** The key by which a shop's backend is known. Append-only: a migration that has shipped is never edited. */
export const backendFingerprint = `
ALTER TABLE shops ADD COLUMN backend_fingerprint TEXT;
`
