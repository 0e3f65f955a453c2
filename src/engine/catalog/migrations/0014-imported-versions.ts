/** By which version of the hash algorithms a file was imported: by an older one it is read again. Append-only: a migration
 *  that has shipped is never edited. */
export const importedVersions = `
ALTER TABLE imported_files ADD COLUMN algorithm_version INTEGER NOT NULL DEFAULT 0;
`
