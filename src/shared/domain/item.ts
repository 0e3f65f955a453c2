import type { Failure } from './failure.ts'
import type { HeldKind } from './failure-rule.ts'
import type { Decision, Match } from './match.ts'
import type { Fingerprint, PictureInfo } from './picture.ts'
import type { Preflight } from './preflight.ts'
import type { VerifyPolicy } from './shop.ts'

/** One file of a batch as it was dropped. */
export interface SourceFile {
  readonly path: string
  /** As the person named it; the remote name is built from cleaned parts. */
  readonly fileName: string
  readonly sizeBytes: number
  /** Whole milliseconds since the epoch. */
  readonly mtimeMs: number
}

/** The print file of a design, as it is sent in place of the dropped one. */
export interface PreparedFile {
  readonly sizeBytes: number
  readonly mtimeMs: number
  readonly sha256: string
}

/** What an imaging worker found out about a source file. */
export interface Examination {
  readonly source: { readonly sizeBytes: number; readonly mtimeMs: number }
  readonly fingerprint: Fingerprint
  readonly picture: PictureInfo
  /** SHA-256 of its small thumbnail, where one was made. */
  readonly thumbnail?: string
  /** What there is to be known of it before it is printed as its template said then. */
  readonly preflight?: Preflight
}

/** A verified object under its final name on the NAS. */
export interface StoredFile {
  readonly designId: string
  readonly number: number
  readonly remotePath: string
  readonly sizeBytes: number
  readonly sha256: string
  /** How the bytes on the NAS were compared with what was hashed. */
  readonly verifiedBy: VerifyPolicy
  /** False when the NAS has no fsync: it may still lose the file in a power cut. */
  readonly durable: boolean
  /** Two workstations that take the same name at one moment can lose a file on this NAS. */
  readonly mayCollide?: boolean
}

/** The stages of an item, with the data that each carries; what holds for each stands in `stages.ts`. `transition` in
 *  engine/items is the only way between them. */
export type ItemState =
  | { readonly stage: 'accepted' }
  | { readonly stage: 'inspecting' }
  | { readonly stage: 'matching'; readonly examination: Examination }
  | { readonly stage: 'review'; readonly examination: Examination; readonly matches: readonly Match[] }
  | { readonly stage: 'ready'; readonly examination: Examination }
  | { readonly stage: 'preparing'; readonly examination: Examination }
  /** From here on with the print file, if the template asks for one. */
  | { readonly stage: 'waiting'; readonly examination: Examination; readonly prepared?: PreparedFile }
  | { readonly stage: 'uploading'; readonly examination: Examination; readonly prepared?: PreparedFile }
  | { readonly stage: 'stored'; readonly examination: Examination; readonly stored: StoredFile }
  | { readonly stage: 'recording'; readonly examination: Examination; readonly stored: StoredFile }
  | { readonly stage: 'done'; readonly examination: Examination; readonly stored: StoredFile }
  /** `remembered`: what a person once said of the same two artworks. */
  | { readonly stage: 'skipped'; readonly by: 'duplicate' | 'person' | 'remembered'; readonly match: Match | null }
  | { readonly stage: 'failed'; readonly failure: Failure; readonly stored: null }
  /** On the NAS, without a record: the backend refused it. */
  | {
      readonly stage: 'failed'
      readonly failure: Failure
      readonly examination: Examination
      readonly stored: StoredFile
    }
  /** With what was found out before: taken back, it goes on from there. */
  | { readonly stage: 'cancelled'; readonly examination?: Examination }

/** The print file that is sent in place of the dropped one; null where that one is. */
export function preparedOf(state: ItemState): PreparedFile | null {
  return 'prepared' in state ? (state.prepared ?? null) : null
}

/** What a person said about an item in review, and the review as it was: undone, it is that again. */
export interface Decided {
  readonly decision: Decision
  readonly review: Extract<ItemState, { stage: 'review' }>
}

/** One file of a batch, with its stage. */
export interface Item {
  readonly id: string
  readonly batchId: string
  readonly shopId: string
  readonly templateId: string
  /** Position in the batch, from 0. */
  readonly seq: number
  readonly source: SourceFile
  /** Attempts at the present stage's work that failed; bounded. */
  readonly attempts: number
  /** Worker processes that died while they held this item; three make it poison. */
  readonly workerDeaths: number
  /** Rises with each kept duplicate of the same bytes; 0 otherwise. */
  readonly copy: number
  /** The number that its file is to have; null: it has none yet, or is stored under it. */
  readonly reserved: number | null
  /** What was last said about it, while that can be taken back. */
  readonly decided: Decided | null
  readonly state: ItemState
}

interface Trouble {
  readonly failure: Failure
  /** When it is tried again by itself, ms since 1970; none: it waits for a person. */
  readonly nextTryAt?: number
  /** It was tried several times, or waits for a person: it will not be over in a moment. */
  readonly isSettled?: true
}

/** Why an item that could move does not. Held in memory: at the next start everything is tried anew. */
export type Hold =
  | { readonly kind: 'paused' }
  /** Another file with the same picture goes first, and decides about it. */
  | { readonly kind: 'twin' }
  /** The shop's library is being read: what it has is not known yet. */
  | { readonly kind: 'library' }
  /** The timetable allows no upload; until then, `HH:MM`, or without an end. */
  | { readonly kind: 'scheduled'; readonly until: string | null }
  /** Another workstation of the shop sends it: that is nobody's fault. */
  | ({ readonly kind: 'elsewhere' } & Trouble)
  | ({ readonly kind: HeldKind } & Trouble)
  | ({ readonly kind: 'retry-at'; readonly attempt: number } & Trouble)
