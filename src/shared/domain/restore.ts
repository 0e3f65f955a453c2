import type { Failure } from './failure.ts'

/** What became of one design that was to come back from the NAS. */
export interface RestoredFile {
  readonly designId: string
  readonly number: number | null
  readonly remotePath: string
  /** `present`: the same bytes were in the folder already. */
  readonly outcome: 'restored' | 'present' | 'failed'
  /** Where it lies now. */
  readonly path: string | null
  readonly failure: Failure | null
}

export type RestoreEvent =
  | { readonly kind: 'found'; readonly total: number }
  | {
      readonly kind: 'received'
      readonly designId: string
      readonly receivedBytes: number
      readonly sizeBytes: number
    }
  | { readonly kind: 'file'; readonly file: RestoredFile }

export interface RestoreSummary {
  readonly restored: number
  readonly present: number
  readonly failed: number
  /** Designs that were not taken up any more when it was stopped. */
  readonly left: number
  /** Numbers and ids that were asked for, and that no design of the shop has which lies on this NAS. */
  readonly unknown: readonly string[]
}
