import type { ProcessVitals } from './imaging.ts'

/** Where a record service of this computer is, as it runs now: all of it is another after each start. */
export interface ServicePlace {
  readonly url: string
  readonly token: string
  /** `SHA256:...` of its key. */
  readonly fingerprint: string
}

/** What the process does that keeps a shop's records on this computer. */
export interface RecordsContract {
  /** Starts the service over `folder`, which is made if missing; it ends with the process. Again: the same answer. `keptIn`:
   *  where the folder went that did not open. */
  readonly start: {
    readonly input: { readonly folder: string }
    readonly output: ServicePlace & { readonly keptIn: string | null }
  }
  /** Ends the requests under way and closes the database; nothing can be asked after that. */
  readonly stop: { readonly input: null; readonly output: null }
  readonly vitals: { readonly input: null; readonly output: ProcessVitals }
}
