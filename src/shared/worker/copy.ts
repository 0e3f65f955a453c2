/** What the process does that copies the catalog. */
export interface CopyContract {
  /** Copies one file of SQLite's to a new one. Fails with `internal`. */
  readonly copy: { readonly input: { readonly from: string; readonly to: string }; readonly output: null }
}
