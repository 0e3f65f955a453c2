import { z } from 'zod'
import type { ListedJob } from '../api/mockup-jobs.ts'
import type { ShopMockup } from '../api/mockups.ts'
import type { Paired } from '../api/pairing.ts'
import type { Place } from '../api/places.ts'
import { type BatchView, type Cancelled, type ItemView, PRIORITIES, type ReceiptLine } from '../domain/batch.ts'
import type { ConnectionStepResult } from '../domain/connection-test.ts'
import type { Failure } from '../domain/failure.ts'
import type { ImportedFile, ImportSummary } from '../domain/import.ts'
import type { LibraryState, LibraryStats, LibraryVerification, TemplateNames } from '../domain/library.ts'
import { decisionSchema, duplicatePolicySchema, KEPT_TWINS, type RefusedItem, type Undone } from '../domain/match.ts'
import { mockupWishSchema } from '../domain/mockup.ts'
import type { BrowsedFolder } from '../domain/nas-folder.ts'
import type { PreviewedFile, PreviewSummary } from '../domain/preview.ts'
import type { Rebuilt } from '../domain/rebuilt.ts'
import type { RestoreEvent, RestoreSummary } from '../domain/restore.ts'
import {
  backendUrlSchema,
  fingerprintSchema,
  MAX_TEMPLATE_NAME,
  nameSchema,
  nasSchema,
  type PinnedHostKey,
  SECRET_KINDS,
  type Shop,
  shopSchema,
  templateSchema,
} from '../domain/shop.ts'
import { type SpeedLimit, type Timetable, timetableSchema } from '../domain/speed-limit.ts'
import { KEPT_TEMPLATES, type KnownTemplate } from '../domain/template.ts'
import type { ProcessVitals } from '../worker/imaging.ts'

/** Secrets that are tried before a person keeps them: used instead of the host's, and forgotten with the answer. */
const triedSecrets = z.partialRecord(z.enum(SECRET_KINDS), z.string().min(1)).optional()

/** Asked for by a NAS beside password or key; used for one sign-in, never kept. */
const oneTimeCode = z.string().trim().min(1).max(256)

/** What the engine process answers, to the window by way of main and to the CLI alike. Inputs are parsed on arrival. */
export const engineInputs = {
  listShops: z.null(),
  saveShop: shopSchema,
  /** `seen`: the revision that was changed, where it is not the one that is known here. `code`: of a new one. With a shop whose
   *  templates its service has, nothing is saved that the service does not take. Answers which template it is. */
  saveTemplate: templateSchema.safeExtend({
    code: nameSchema.max(MAX_TEMPLATE_NAME).optional(),
    seen: z.number().int().min(0).optional(),
  }),
  /** Reads the shop's templates at its service, now. */
  readTemplates: z.object({ shopId: z.string() }),
  /** A person says which holds of a template here and the shop's that is not as it. */
  settleTemplate: z.object({ templateId: z.string(), kept: z.enum(KEPT_TEMPLATES) }),
  /** The mockups of the shop's templates, as its service has them now. */
  listMockups: z.object({ shopId: z.string() }),
  /** Brings the pictures in and saves a mockup, at the service; `seen`: the revision of the one of this name that is changed. */
  saveMockup: mockupWishSchema.extend({ seen: z.number().int().min(1).optional() }),
  /** Whether each of the shop's mockups can be drawn: that its pictures are there, and its placements as they should be. */
  checkMockups: z.object({ shopId: z.string() }),
  /** How far mockups of designs are, as the shop's service knows. */
  mockupJobs: z.object({
    shopId: z.string(),
    templateId: z.string().optional(),
    number: z.number().int().min(1).optional(),
    isFailed: z.boolean(),
  }),
  /** Begins a job's designs anew that failed. */
  retryMockups: z.object({ shopId: z.string(), jobId: z.string() }),
  /** Draws a file on a mockup, and writes that as a JPEG. */
  renderMockup: z.object({ shopId: z.string(), mockupId: z.string(), path: z.string(), to: z.string() }),
  /** Pins a host key that a person compared and trusted. */
  trustHostKey: z.object({ host: z.string(), port: z.number().int(), fingerprint: fingerprintSchema }),
  /** Secrets of a shop were set or changed at the host: holds for sign-in and token are lifted. */
  secretsChanged: z.object({ shopId: z.string() }),
  testConnection: z.object({ shopId: z.string(), nas: nasSchema, secrets: triedSecrets, code: oneTimeCode.optional() }),
  /** A folder of a NAS, as its form or the shop has it; path null: where the sign-in begins. */
  browseNas: z.object({
    shopId: z.string(),
    nas: nasSchema,
    secrets: triedSecrets,
    path: z.string().nullable(),
    code: oneTimeCode.optional(),
  }),
  /** Makes a folder on that NAS, and those above it that are missing. */
  makeNasFolder: z.object({
    shopId: z.string(),
    nas: nasSchema,
    secrets: triedSecrets,
    path: z.string().startsWith('/'),
  }),
  /** The place of the shop's designs, as it was proven here, and the places that its backend knows. */
  nasPlace: z.object({ shopId: z.string() }),
  /** A person says what the NAS's folder is: a further place of the shop, or the one with this id, whose file was lost. */
  settlePlace: z.object({ shopId: z.string(), said: z.union([z.literal('further'), z.object({ id: z.uuid() })]) }),
  /** Opens a connection to the shop's NAS for the uploads to come, with the one-time code that it asked for, if it did.
   *  What a person must mend holds them, as it would hold an upload; nothing is tried twice. */
  signIn: z.object({ shopId: z.string(), code: oneTimeCode.optional() }),
  /** `fingerprint`: of a key that is trusted for this, instead of the shop's. `url` null: the service of this computer. */
  testBackend: z.object({
    shopId: z.string(),
    url: backendUrlSchema.nullable(),
    fingerprint: fingerprintSchema.optional(),
    secrets: triedSecrets,
  }),
  /** Gets a device token by a code of the service, for the host to keep: at the first of the addresses that answers as it
   *  does. `fingerprint`: as the service told it beside the code. */
  pairBackend: z.object({
    urls: z.array(backendUrlSchema).min(1),
    code: z.string().min(1),
    device: z.string().trim().min(1).max(100),
    fingerprint: fingerprintSchema.optional(),
  }),
  acceptPaths: z.object({
    paths: z.array(z.string().min(1)).min(1),
    shopId: z.string(),
    templateId: z.string(),
    policy: duplicatePolicySchema,
    priority: z.enum(PRIORITIES).optional(),
    /** Links are followed wherever they lead. */
    followLinks: z.boolean().optional(),
  }),
  /** Tells what would become of files, one event each, and changes nothing. An abort finishes the files in flight. */
  preview: z.object({
    paths: z.array(z.string().min(1)).min(1),
    templateId: z.string(),
    policy: duplicatePolicySchema,
  }),
  /** Makes the designs of a folder known, as if they had been uploaded: an event for each file that is read. Answers when the
   *  backend has their records, or cannot be reached. An abort finishes the files in flight. */
  importDesigns: z.object({
    folder: z.string().min(1),
    templateId: z.string(),
    remoteFolder: z.string().startsWith('/').optional(),
  }),
  catalogStats: z.null(),
  /** Compares the database with itself and the index files with it; neither is changed. */
  verifyCatalog: z.null(),
  /** Makes the index files anew. */
  rebuildIndex: z.null(),
  /** Sends the shop's backend what it lacks of all that this computer knows of it. */
  resendRecords: z.object({ shopId: z.string() }),
  /** The file of a small picture of a design that another workstation made; null when its design has none. */
  thumbnail: z.object({ designId: z.string() }),
  /** `batchId` null: all batches. */
  pause: z.object({ batchId: z.string().nullable() }),
  resume: z.object({ batchId: z.string().nullable() }),
  /** What is under way is not interrupted; what is taken up next is of the highest priority that has work. */
  prioritize: z.object({ batchId: z.string(), priority: z.enum(PRIORITIES) }),
  /** Ends what is not on the NAS yet; answers what it takes to take that back. */
  cancel: z.object({ batchId: z.string(), itemIds: z.array(z.string()).optional() }),
  /** Cancelled items go on, as far as they had come; without `itemIds`, all of the batch. */
  /** Takes in what the links lead to that lead out of what was dropped. */
  takeLinks: z.object({ batchId: z.string() }),
  undoCancel: z.object({
    batchId: z.string(),
    itemIds: z.array(z.string()).optional(),
    paths: z.array(z.string().min(1)),
    isPaused: z.boolean(),
  }),
  /** Puts failed items back, as new attempts, and tries at once what the batch's NAS or backend held back; with an empty
   *  list of items, only the latter. `conflict` when all of them are under way. */
  retry: z.object({ batchId: z.string(), itemIds: z.array(z.string()).optional() }),
  /** Sends a design from here that another workstation is about to send: that one stops before its file has a name. */
  takeOver: z.object({ itemId: z.string() }),
  decide: z.object({ itemIds: z.array(z.string()).min(1), decision: decisionSchema }),
  /** Says of items that a colleague has stored as well what becomes of the two files; answers those of which it could not be. */
  settleTwins: z.object({ itemIds: z.array(z.string()).min(1), kept: z.enum(KEPT_TWINS) }),
  /** Removes the shop's files that were taken back before their week is over: the NAS is full, and a person agreed. */
  dropWithdrawn: z.object({ shopId: z.string() }),
  /** Takes back what was last said of the items: those not on the NAS yet are in review again, of the others only what was
   *  remembered is taken back. */
  undoDecisions: z.object({ itemIds: z.array(z.string()).min(1) }),
  /** How fast uploads may go, by the time of day: kept, and holds at once for what is under way, too. */
  limitSpeed: z.object({ timetable: timetableSchema }),
  batchItems: z.object({ batchId: z.string() }),
  /** A person has seen which files of the batches failed. */
  failuresSeen: z.object({ batchIds: z.array(z.string()).min(1) }),
  /** Takes ended batches off the list; those in which something failed stay, unless they are asked for. */
  clearEnded: z.object({ withFailed: z.boolean(), shopId: z.string().optional() }),
  undoClear: z.object({ batchIds: z.array(z.string()) }),
  /** A person has read that the catalog was rebuilt. */
  rebuiltSeen: z.null(),
  /** A person has read where records of this computer went that did not open. */
  recordsKeptSeen: z.null(),
  receipt: z.object({ batchId: z.string() }),
  /** Brings designs back from the NAS into a folder of this computer: all of the shop's that fit what is given. Emits what
   *  becomes of each; an abort finishes the files in flight. */
  restore: z.object({
    shopId: z.string(),
    templateId: z.string().optional(),
    numbers: z.array(z.number().int().positive()).optional(),
    designIds: z.array(z.string()).optional(),
    folder: z.string().min(1),
  }),
  status: z.null(),
  activity: z.null(),
  /** Emits the whole projection once, then changes, at 10 Hz at most, until aborted. */
  watch: z.null(),
  /** Settles when nothing more can move by itself: everything ended or is held. */
  untilRest: z.object({ batchIds: z.array(z.string()).optional() }),
  /** Starts working, for an engine that was started idle. */
  begin: z.null(),
  /** Takes up no more work and settles when what is under way has ended, and with it the record services of this computer;
   *  the rest waits for the next start. */
  drain: z.null(),
  diagnose: z.null(),
} as const

type Inputs = { readonly [M in keyof typeof engineInputs]: z.infer<(typeof engineInputs)[M]> }

export interface ShopSetup {
  readonly shop: Shop
  readonly templates: readonly KnownTemplate[]
  /** Designs of the shop that are known here. */
  readonly designCount: number
  /** The identity that its NAS was trusted by, and since when; null when it has none or was never trusted. */
  readonly hostKey: PinnedHostKey | null
}

export interface EngineStatus {
  readonly pausedAll: boolean
  readonly batches: readonly BatchView[]
  /** Records not yet confirmed by the backend. */
  readonly outboxCount: number
  /** Over the line, in the direction that goes faster: what is sent, or what is read back to be verified. */
  readonly bytesPerSecond: number
  /** Bytes that went over the line since the engine started, both ways together. */
  readonly movedBytes: number
  /** What holds now, and the timetable it comes from. */
  readonly speedLimit: SpeedLimit & { readonly timetable: Timetable }
  /** What the engine found unfinished when it started, and went on with. */
  readonly restored: { readonly batchIds: readonly string[]; readonly files: number } | null
  /** Of the shops whose library is being read, or cannot be. */
  readonly libraries: readonly LibraryState[]
  /** How often templates changed since the engine started: then shops are to be listed anew. */
  readonly templateChanges: number
  /** The catalog was damaged, and nobody has read it yet. */
  readonly rebuilt: Rebuilt | null
  /** By shop, files that were taken back, are kept for a week and may go sooner. */
  readonly withdrawn: readonly { readonly shopId: string; readonly files: number; readonly bytes: number }[]
  /** The folder to which records of this computer went that did not open, until somebody has read it. */
  readonly recordsKeptIn: string | null
}

/** Of an engine that has said nothing yet. */
export const EMPTY_STATUS: EngineDelta['status'] = {
  pausedAll: false,
  outboxCount: 0,
  bytesPerSecond: 0,
  movedBytes: 0,
  speedLimit: { bytesPerSecond: null, until: null, timetable: [] },
  restored: null,
  libraries: [],
  templateChanges: 0,
  rebuilt: null,
  withdrawn: [],
  recordsKeptIn: null,
}

/** What changed since the last event; `full` replaces everything. Items of ended batches come by `batchItems`. */
export interface EngineDelta {
  readonly full: boolean
  readonly status: Omit<EngineStatus, 'batches'>
  readonly batches: readonly BatchView[]
  readonly items: readonly ItemView[]
  readonly removedBatchIds: readonly string[]
}

/** A mockup that was saved; `isSaved` false: nothing was, as somebody changed it meanwhile, and it is so now. */
export interface SavedMockup {
  readonly isSaved: boolean
  readonly mockup: ShopMockup
}

export interface CheckedMockup {
  readonly mockup: ShopMockup
  /** Why it cannot be drawn. */
  readonly failure: Failure | null
}

/** A design with its mockups. */
export interface MadeMockups extends Omit<ListedJob, 'failure'> {
  /** Why they are not made, or what they wait for. */
  readonly failure: Failure | null
}

export interface Activity {
  readonly engine: ProcessVitals
  readonly workers: readonly (ProcessVitals & { readonly kind: string; readonly restarts: number })[]
}

export interface Diagnosis {
  readonly node: string
  readonly sqlite: string
  readonly pragmas: Readonly<Record<string, string>>
  readonly sharp: string
  readonly libvips: string
  /** Did ssh2's native crypto load in the transfer worker? Without it transfers run at half speed. */
  readonly nativeCrypto: boolean
  readonly dataDir: string
}

type Outputs = {
  readonly listShops: readonly ShopSetup[]
  readonly saveShop: null
  readonly saveTemplate: { readonly templateId: string }
  readonly readTemplates: null
  readonly settleTemplate: null
  readonly listMockups: readonly ShopMockup[]
  readonly saveMockup: SavedMockup
  readonly checkMockups: readonly CheckedMockup[]
  readonly mockupJobs: { readonly jobs: readonly MadeMockups[]; readonly more: boolean }
  readonly retryMockups: null
  readonly renderMockup: null
  readonly trustHostKey: null
  readonly secretsChanged: null
  readonly testConnection: readonly ConnectionStepResult[]
  readonly browseNas: BrowsedFolder
  readonly makeNasFolder: null
  readonly nasPlace: {
    readonly here: { readonly id: string; readonly root: string } | null
    readonly places: readonly Place[]
  }
  readonly settlePlace: null
  readonly signIn: null
  readonly testBackend: { readonly shopName: string }
  readonly pairBackend: Paired
  readonly acceptPaths: { readonly batchId: string }
  readonly preview: PreviewSummary
  readonly importDesigns: ImportSummary
  readonly catalogStats: LibraryStats
  readonly verifyCatalog: LibraryVerification
  /** `keptIn`: what this computer kept of the shop before another service did, and nobody removed. */
  readonly resendRecords: { readonly asked: number; readonly sent: number; readonly keptIn: string | null }
  readonly rebuildIndex: readonly (TemplateNames & { readonly designs: number })[]
  readonly thumbnail: string | null
  readonly pause: null
  readonly resume: null
  readonly prioritize: null
  readonly cancel: Cancelled
  readonly takeLinks: null
  readonly undoCancel: null
  readonly retry: null
  readonly takeOver: null
  readonly decide: null
  readonly settleTwins: readonly RefusedItem[]
  readonly dropWithdrawn: { readonly files: number }
  readonly undoDecisions: Undone
  readonly limitSpeed: null
  readonly batchItems: readonly ItemView[]
  readonly failuresSeen: null
  readonly clearEnded: { readonly batchIds: readonly string[] }
  readonly undoClear: null
  readonly rebuiltSeen: null
  readonly recordsKeptSeen: null
  readonly receipt: readonly ReceiptLine[]
  readonly restore: RestoreSummary
  readonly status: EngineStatus
  readonly activity: Activity
  readonly watch: null
  readonly untilRest: null
  readonly begin: null
  readonly drain: null
  readonly diagnose: Diagnosis
}

export type EngineMethod = keyof typeof engineInputs
export type EngineInput<M extends EngineMethod> = Inputs[M]

interface Events {
  readonly testConnection: ConnectionStepResult
  readonly watch: EngineDelta
  readonly preview: PreviewedFile
  readonly importDesigns: ImportedFile
  readonly restore: RestoreEvent
}

/** The contract that the engine process serves on its port. */
export type EngineContract = {
  readonly [M in EngineMethod]: M extends keyof Events
    ? { readonly input: Inputs[M]; readonly output: Outputs[M]; readonly event: Events[M] }
    : { readonly input: Inputs[M]; readonly output: Outputs[M] }
}

/** What the engine process asks of the process that started it. */
export interface EngineHostContract {
  /** A secret of a shop, or null when it was never given. Never stored by the engine. */
  readonly secret: {
    readonly input: { readonly shopId: string; readonly kind: string }
    readonly output: string | null
  }
}
