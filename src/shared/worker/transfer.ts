import type { ConnectionStepResult } from '../domain/connection-test.ts'
import type { Failure } from '../domain/failure.ts'
import type { SourceFile } from '../domain/item.ts'
import type { NasFacts } from '../domain/nas-facts.ts'
import type { NasFolder } from '../domain/nas-folder.ts'
import type { NumberRange } from '../domain/number-range.ts'
import type { NamedTemplate } from '../domain/remote-name.ts'
import type { Nas, VerifyPolicy } from '../domain/shop.ts'
import type { ProcessVitals } from './imaging.ts'

/** How to reach one NAS. Secrets live here only while the worker needs them; they are never stored or logged. */
export interface NasAccess {
  readonly nas: Nas
  readonly password?: string
  readonly passphrase?: string
  /** Where an ssh-agent listens that signs in instead. */
  readonly agentPath?: string
  /** `SHA256:...` as trusted. Without it nothing is sent: the call fails with `host-key-unknown` and the fingerprint
   *  in its detail. */
  readonly hostKey?: string
  /** Connections at most, 1 to 10. */
  readonly maxConnections: number
}

/** The template that files are named after. */
export interface Numbering extends NamedTemplate {
  readonly templateId: string
}

export interface PutRequest {
  /** The access given to `openNas` under this id. */
  readonly nasId: string
  readonly itemId: string
  /** Counts uploads of this item; part of the temporary name `.galley-{itemId}-{attempt}.part`. */
  readonly attempt: number
  readonly source: SourceFile
  readonly sha256: string
  /** Folder on the NAS, absolute; made if missing. */
  readonly remoteDir: string
  /** Whose numbers the names in the folder say: they are looked at before the first of them is asked for. Without it,
   *  names say none. */
  readonly numbering?: Numbering
  readonly verify: VerifyPolicy
  /** A final name for which a rename may have been sent before: looked at first, so that a lost answer is found. */
  readonly settle?: SentName
  /** What was learnt of the NAS in this folder before. */
  readonly known?: NasFacts
  /** What an earlier attempt of the item, cut or stopped, is known to have on the NAS; taken over if it can be, safely. */
  readonly resume?: ResumePoint
  /** The file whose place it is to take: whether that can be is tried before anything is sent. */
  readonly replaces?: { readonly fileName: string }
}

export interface SentName {
  readonly fileName: string
  readonly attempt: number
  /** An empty file that stands there is our own, made to claim the name. */
  readonly isClaimed?: boolean
}

/** Up to `offset` every write of the attempt was acknowledged, in order. */
export interface ResumePoint {
  readonly attempt: number
  readonly offset: number
  /** Nothing is on its way into its temporary file any more: the attempt was stopped, and closed it. */
  readonly isClosed: boolean
}

export interface SweepRequest extends Pick<PutRequest, 'nasId' | 'itemId' | 'remoteDir'> {
  readonly attempts: number
}

export interface SweepFolderRequest extends Pick<PutRequest, 'nasId' | 'remoteDir'> {
  /** Items that may go on from what they have on the NAS. */
  readonly keepItemIds: readonly string[]
  /** Items that nobody here knows, and whose replaced or withdrawn files have been kept long enough. */
  readonly dropKeptOf: readonly string[]
}

/** Files that are kept in a folder. */
export interface KeptInFolder {
  /** Items whose replaced files are. */
  readonly itemIds: readonly string[]
  /** Designs that were withdrawn, and are. */
  readonly withdrawnIds: readonly string[]
}

/** Gives the file that an item replaced its name back. */
export interface TakeBackRequest extends Pick<PutRequest, 'nasId' | 'itemId' | 'remoteDir'> {
  readonly fileName: string
  /** Null when it was not written down: where it would be kept. */
  readonly keptPath: string | null
  /** Of what has the name now, and nothing else may. */
  readonly newSha256: string
  readonly oldSha256: string
}

/** Gives a withdrawn file its name back. */
export interface ReinstateRequest extends Pick<PutRequest, 'nasId' | 'sha256'> {
  /** The file's own. */
  readonly path: string
  /** In the same folder: under which it is kept. */
  readonly keptPath: string
}

/** Takes a stored file away, to be kept for a while. */
export interface WithdrawRequest extends ReinstateRequest {
  /** A colleague's file of the same design, which stays. */
  readonly twin: { readonly path: string; readonly sha256: string }
}

export interface ListedFile {
  readonly fileName: string
  readonly sizeBytes: number
}

export interface IdentifyRequest extends Pick<PutRequest, 'nasId' | 'remoteDir' | 'sha256'> {
  readonly fileNames: readonly string[]
  readonly sizeBytes: number
}

export interface PutResult {
  readonly fileName: string
  readonly remotePath: string
  readonly sizeBytes: number
  readonly verifiedBy: VerifyPolicy
  readonly durable: boolean
  /** On this NAS two workstations that take the same name at one moment can lose a file. */
  readonly mayCollide: boolean
  /** Where the file that it replaced is kept; null when it replaced none, or the NAS was too full to keep it. */
  readonly keptPath: string | null
}

/** `ackedBytes`: from the start of the file, without a gap. `resumed` tells what did not have to be sent again, `left`
 *  that the upload was stopped and its temporary file was closed and left with that much. `verifiedBytes`: read back so
 *  far; 0 as long as nothing is read back. */
export type PutEvent =
  | { readonly kind: 'resumed' | 'sent' | 'left'; readonly ackedBytes: number }
  | { readonly kind: 'verifying'; readonly verifiedBytes: number }

/** One file of the NAS for a local folder. */
export interface GetRequest {
  readonly nasId: string
  /** Part of the temporary name `.galley-{designId}.part`. */
  readonly designId: string
  readonly remotePath: string
  readonly sha256: string
  /** Local, absolute; made if missing. */
  readonly folder: string
  /** Wanted there; another file of that name is never replaced. */
  readonly fileName: string
}

export interface GetResult {
  readonly path: string
  /** `present`: the same bytes were in the folder already. */
  readonly outcome: 'restored' | 'present'
}

export interface GetEvent {
  readonly receivedBytes: number
  readonly sizeBytes: number
}

/** Which places a folder of the NAS is marked as. */
export interface PlaceMark {
  /** Several where two workstations marked it at the same moment; in alphabetical order. */
  readonly ids: readonly string[]
  /** Why there is no mark that can be read, or made; null where there just is none. */
  readonly obstacle: Failure | null
}

/** What is known of a shop's places. */
export interface ShopPlaces {
  readonly ids: readonly string[]
  /** This workstation came to one of them before. */
  readonly isProven: boolean
}

/** What a transfer worker does. It holds connections, no durable state. */
export interface TransferContract {
  /** Gives or changes the access of a NAS. The same access again changes nothing; another closes the connections of the
   *  old one. */
  readonly openNas: { readonly input: { readonly nasId: string; readonly access: NasAccess }; readonly output: null }
  /** Gives the access of a NAS and opens a connection to it, unless there is one. With the one-time code that the NAS
   *  asked for it is the only connection, and stays open, as another one would need another code, until `letIdle`. */
  readonly signIn: {
    readonly input: { readonly nasId: string; readonly access: NasAccess; readonly code?: string }
    readonly output: null
  }
  /** No work is left for the NAS: what is idle may be closed. */
  readonly letIdle: { readonly input: { readonly nasId: string }; readonly output: null }
  /** Bytes per second over all connections, each direction by itself, from now on; null: as many as can. */
  readonly limitRate: { readonly input: { readonly bytesPerSecond: number | null }; readonly output: null }
  /** Puts one file on the NAS: written in order under its temporary name, synced, verified, renamed without replacing
   *  any file but one that was decided on, synced again. The final name is asked of the engine by `takeName` once the
   *  bytes are verified. An abort before that leaves the temporary file with what was sent, for a later attempt or the
   *  sweep. */
  readonly put: { readonly input: PutRequest; readonly output: PutResult; readonly event: PutEvent }
  /** Removes what attempts 1 to `attempts` of an item may have left on the NAS. */
  readonly sweep: { readonly input: SweepRequest; readonly output: null }
  /** Removes the temporary files in a folder that were not written to for a day, of whatever item but those to keep.
   *  Answers with the replaced files that are kept there still. */
  readonly sweepFolder: { readonly input: SweepFolderRequest; readonly output: KeptInFolder }
  /** Puts a replaced file back under its name: `design-altered` when another file than the new one has it, `design-gone`
   *  when the old one is kept no longer. However often it is called, it is done once. */
  readonly takeBack: { readonly input: TakeBackRequest; readonly output: null }
  /** Renames a file of ours to the name under which it is kept, while a colleague's file of the same design is there:
   *  `twin-gone` when it is not, `design-altered` and `design-gone` when ours is not. However often, it is done once. */
  readonly withdraw: { readonly input: WithdrawRequest; readonly output: null }
  /** Renames it back, while its name is free: `remote-conflict` when it is not, `design-gone` when it is kept no longer. */
  readonly reinstate: { readonly input: ReinstateRequest; readonly output: null }
  /** Removes replaced and withdrawn files that were kept. */
  readonly dropKept: {
    readonly input: { readonly nasId: string; readonly keptPaths: readonly string[] }
    readonly output: null
  }
  /** Gets one file from the NAS: in order under a temporary name, compared with its SHA-256, synced, renamed without ever
   *  replacing another file. An abort ends it while it waits for a connection. */
  readonly get: { readonly input: GetRequest; readonly output: GetResult; readonly event: GetEvent }
  /** The files of a folder; none when it is missing. */
  readonly list: {
    readonly input: { readonly nasId: string; readonly remoteDir: string }
    readonly output: readonly ListedFile[]
  }
  /** Which of the files has these bytes; null: none. */
  readonly identify: { readonly input: IdentifyRequest; readonly output: string | null }
  /** Which places the NAS's root is marked as. */
  readonly readPlace: { readonly input: { readonly nasId: string }; readonly output: PlaceMark }
  /** Marks it as this place: which places it is marked as then. */
  readonly markPlace: { readonly input: { readonly nasId: string; readonly id: string }; readonly output: PlaceMark }
  /** Tries each step of using a NAS and reports each by an event; ends with the first that fails, or all. `places`: of
   *  the shop; without them that is not asked. */
  readonly testConnection: {
    readonly input: NasAccess & { readonly code?: string; readonly places?: ShopPlaces }
    readonly output: readonly ConnectionStepResult[]
    readonly event: ConnectionStepResult
  }
  /** A folder of the NAS, or the nearest one that is there, on a connection of its own: uploads keep all of theirs. Path
   *  null: where the sign-in begins. `nas-busy` when the NAS takes no connection beside those that upload.
   *  `code`: the one-time code that it asked for, where no upload's connection can be used. */
  readonly browse: {
    readonly input: { readonly access: NasAccess; readonly path: string | null; readonly code?: string }
    readonly output: NasFolder
  }
  /** Makes a folder, and those above it that are missing, on the same connection; one that is there stays as it is. */
  readonly makeFolder: {
    readonly input: { readonly access: NasAccess; readonly path: string }
    readonly output: null
  }
  readonly vitals: { readonly input: null; readonly output: ProcessVitals & { readonly nativeCrypto: boolean } }
}

/** What the engine answers to a transfer worker. */
export interface TransferHostContract {
  /** The final name for a verified upload, durable before it is answered.
   *  `foreign` is the name last given, when something that is not ours stands under it: that name is never given again. */
  readonly takeName: {
    readonly input: NameWish
    readonly output: FinalName
  }
  /** Numbers of the template that names in its folder take; durable before it is answered. */
  readonly numbersTaken: {
    readonly input: { readonly templateId: string; readonly taken: readonly NumberRange[] }
    readonly output: null
  }
  /** Whether an empty file of ours has the name last given to the item; durable before it is answered. */
  readonly noteClaim: {
    readonly input: { readonly itemId: string; readonly isClaimed: boolean }
    readonly output: null
  }
  /** What the NAS was seen to do in a folder; durable before it is answered. */
  readonly learnt: {
    readonly input: { readonly nasId: string; readonly remoteDir: string; readonly facts: NasFacts }
    readonly output: null
  }
  /** Up to `ackedBytes` every write of the attempt was acknowledged; answered once that outlives the engine. */
  readonly noteReached: {
    readonly input: { readonly itemId: string; readonly attempt: number; readonly ackedBytes: number }
    readonly output: null
  }
}

export interface NameWish {
  readonly itemId: string
  readonly attempt: number
  readonly foreign?: string
}

export interface FinalName {
  readonly fileName: string
  /** SHA-256 of the file that has the name and is to be replaced; without it the name must be free. */
  readonly replaces?: string
}
