const OUT_OF_FILES: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE'])

/** The system opens no more files for now: no fault of the file, or of the other side. */
export function isOutOfFiles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && OUT_OF_FILES.has(error.code)
}
