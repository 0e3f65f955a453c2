import type { Failure } from './failure.ts'
import type { SourceFile } from './item.ts'
import type { Match } from './match.ts'

/** What would become of one file if it were dropped now. */
export interface PreviewedFile extends SourceFile {
  /** `skip`: at once, or when the file of the drop that it waits for is stored. */
  readonly outcome: 'upload' | 'review' | 'skip' | 'failed'
  /** Designs of the library, and files of the same drop before it, those that decide first. */
  readonly matches: readonly Match[]
  readonly failure: Failure | null
}

/** How many files would go which way; `isWhole` is false when it was stopped before the last one. */
export interface PreviewSummary extends Readonly<Record<PreviewedFile['outcome'], number>> {
  /** Files that are no pictures: they count as failed nowhere. */
  readonly noPictures: number
  readonly isWhole: boolean
}
