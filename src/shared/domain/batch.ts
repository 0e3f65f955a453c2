import type { Failure } from './failure.ts'
import type { Hold } from './item.ts'
import type { Decision, DuplicatePolicy, Match, MatchKind } from './match.ts'
import type { PictureInfo } from './picture.ts'
import type { Preflight, PreflightWarning } from './preflight.ts'
import type { EndStage, ShownStage } from './stages.ts'

/** Highest first. */
export const PRIORITIES = ['high', 'normal', 'low'] as const
export type Priority = (typeof PRIORITIES)[number]

/** What one drop, or one call of the CLI, accepted. */
export interface Batch {
  readonly id: string
  readonly shopId: string
  readonly templateId: string
  readonly createdAt: number
  readonly policy: DuplicatePolicy
  /** Nothing of a batch is taken up while there is work of a higher one. */
  readonly priority: Priority
  readonly state: 'scanning' | 'active' | 'paused' | 'ended'
  /** Junk, and what was met twice, that was passed over. */
  readonly ignoredCount: number
  /** Links that lead out of what was dropped, and are not followed until a person says so. */
  readonly linksOut: number
}

export interface HeldFiles {
  readonly hold: Hold
  readonly files: number
}

/** A batch as the window and the terminal show it. */
export interface BatchView extends Batch {
  readonly shopName: string
  readonly templateName: string
  readonly counts: Readonly<Record<EndStage | 'review' | 'active', number>>
  /** Of those that failed, how many nobody has looked at yet. */
  readonly failedUnseen: number
  /** Name of the folder that it came from; empty while nothing was found. */
  readonly folderName: string
  /** Files that are no pictures: they count as failed nowhere. */
  readonly noPictures: number
  /** Of those that failed, how many another try may help. */
  readonly toRetry: number
  /** Files that are sent or were, and of which preflight warned. */
  readonly warned: number
  /** Files that a colleague has stored as well, and of which a person is to say what becomes of them. */
  readonly twins: number
  /** Why nothing of it gets on: what holds the files that are nearest to the NAS, since what is done behind them leads
   *  nowhere. Null while something does, or nothing is left to. */
  readonly hold: Hold | null
  /** What its files wait for, each reason once. */
  readonly held: readonly HeldFiles[]
  /** Bytes that are still to go over the line: print files, and what of them is read back to be verified. Estimated
   *  where a print file is not made yet. */
  readonly bytesToMove: number
  readonly totalBytes: number
  /** Bytes of items that ended plus those the NAS acknowledged of items under way. */
  readonly doneBytes: number
}

/** What a cancel ended, and what it takes to take that back. */
export interface Cancelled {
  readonly itemIds: readonly string[]
  /** What was dropped and not yet walked to its end. */
  readonly paths: readonly string[]
  /** The batch was paused. */
  readonly isPaused: boolean
}

/** The design whose place an item took on the NAS. */
export interface ReplacedView {
  readonly fileName: string
  /** Until then its file is kept, and the replacement can be taken back, in ms since 1970; null: it is kept no longer, or
   *  could not be. */
  readonly keptUntil: number | null
}

/** A design that a colleague has stored as well, or one that looks the same, while the two workstations could not ask each
 *  other. */
export interface TwinView {
  /** `asked`: a person is to say what becomes of the two. `kept`: both stay. `withdrawn`: the item's own was taken back. */
  readonly state: 'asked' | 'kept' | 'withdrawn'
  /** The colleague's design, and how alike the two are. */
  readonly designId: string
  readonly kind: MatchKind
  /** The colleague's workstation, where that is known. */
  readonly device: string | null
  /** Where theirs lies on the NAS; null where that is not known here. */
  readonly theirs: string | null
  /** Until then a withdrawn file is kept and can be brought back, in ms since 1970; null: it is none, or kept no longer. */
  readonly keptUntil: number | null
}

/** A match as it is shown. */
export interface MatchView extends Match {
  /** Of the picture that is resembled, while that is asked about; null where they are not known. */
  readonly pixels: { readonly width: number; readonly height: number } | null
}

/** An item as the window and the terminal show it: no hashes, no secrets. */
export interface ItemView {
  readonly id: string
  readonly batchId: string
  readonly seq: number
  readonly fileName: string
  /** Where it was dropped from. */
  readonly sourcePath: string
  readonly sizeBytes: number
  readonly stage: ShownStage
  readonly hold: Hold | null
  /** Bytes acknowledged by the NAS, while uploading. */
  readonly sentBytes: number
  readonly failure: Failure | null
  readonly matches: readonly MatchView[]
  /** What a person said of the matches; `again` when that was another time, of the same artworks. */
  readonly decision: Decision | 'again' | null
  /** Where it lies on the NAS, once stored. */
  readonly remotePath: string | null
  /** What its file is to be called there: until it is stored, unless somebody else's file turns out to be called so. */
  readonly reservedName: string | null
  readonly replaced: ReplacedView | null
  readonly twin: TwinView | null
  readonly picture: PictureInfo | null
  /** What there is to be known of it before it is printed. */
  readonly preflight: Preflight | null
}

/** One line of a receipt: what became of one file. */
export interface ReceiptLine {
  readonly fileName: string
  readonly sourcePath: string
  readonly sizeBytes: number
  readonly sha256: string | null
  readonly outcome: EndStage | 'pending'
  /** The failure's code, the duplicate's name, what a done one replaced, or of a pending item its stage and the code or
   *  kind of what holds it. */
  readonly reason: string
  readonly remotePath: string | null
  readonly recordId: string | null
  readonly verifiedBy: string | null
  readonly durable: boolean | null
  /** Can two workstations that store at one moment lose a file on this NAS? */
  readonly mayCollide: boolean | null
  /** What preflight warned of. */
  readonly warnings: readonly PreflightWarning[]
}
