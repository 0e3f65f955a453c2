import type { Failure } from './failure.ts'
import type { Stage } from './stages.ts'

/** What an index file says, held against the catalog. */
export interface IndexReport {
  /** Are its bytes those that were written? If not, nothing else was counted. */
  readonly isWhole: boolean
  /** In agreement with the catalog. */
  readonly designs: number
  /** Added to the catalog since the last query: the next one takes them in. */
  readonly behind: number
  /** Gone from the catalog: no query finds them, and rebuilding leaves them out. */
  readonly removed: number
  /** Left out, or with other hashes than the catalog has. Never, but for a fault: rebuilding mends it. */
  readonly wrong: number
}

/** A template's part of the library. */
export interface TemplateNames {
  readonly shopName: string
  readonly templateName: string
}

/** What the catalog holds. */
export interface LibraryStats {
  readonly templates: readonly (TemplateNames & {
    /** Designs that stand on the NAS. */
    readonly known: number
    /** Designs on their way there. */
    readonly pending: number
    /** How many were hashed by which version of the algorithms; only those of this Galley's version are found as look-alikes. */
    readonly hashVersions: Readonly<Record<string, number>>
    readonly index: IndexReport
  })[]
  readonly items: Readonly<Partial<Record<Stage, number>>>
  readonly outboxCount: number
  /** The version that this Galley hashes by. */
  readonly hashVersion: number
  /** On this computer's disk. */
  readonly bytes: Readonly<Record<'catalog' | 'copies' | 'index' | 'thumbnails' | 'logs', number>>
}

/** What was found out about the catalog's files. */
export interface LibraryVerification {
  /** What is wrong with the database; null when it is whole. */
  readonly databaseFault: string | null
  readonly templates: readonly (TemplateNames & { readonly index: IndexReport })[]
}

/** How the designs that a shop has at its backend stand on this computer, where they are not simply known. */
export type LibraryState = { readonly shopId: string } & (
  | {
      readonly kind: 'reading'
      readonly read: number
      /** Null when the backend does not say. */
      readonly total: number | null
    }
  /** They cannot be read now: what is dropped is compared with those that are known. Without a failure: not answered yet. */
  | { readonly kind: 'away'; readonly failure: Failure | null }
)
