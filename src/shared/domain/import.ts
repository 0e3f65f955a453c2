import type { Failure } from './failure.ts'
import type { SourceFile } from './item.ts'

/** What became of one file of a folder that was imported. */
export interface ImportedFile extends SourceFile {
  /** `known`: the library had a design with the same bytes. */
  readonly outcome: 'imported' | 'known' | 'failed'
  /** That the file name carries by the template's pattern: it is never given again. */
  readonly number: number | null
  readonly failure: Failure | null
}

export interface ImportSummary extends Readonly<Record<ImportedFile['outcome'], number>> {
  /** Of those that were read, the ones of which the shop gets a record: what has a number in its name and lies on the NAS. */
  readonly shared: number
  /** Files that an earlier import read, here or on another workstation, and that have not changed since: not read again. */
  readonly unchanged: number
  /** False when it was stopped before the last file. */
  readonly isWhole: boolean
}
