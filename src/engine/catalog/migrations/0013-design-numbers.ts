/** Of two designs at one place of the NAS the later replaced the other. Append-only: a migration that has shipped is never
 *  edited. */
export const designNumbers = 'CREATE INDEX designs_number ON designs (template_id, number);'
