import { z } from 'zod'
import { fingerprintSchema, pictureInfoSchema } from '../domain/picture.ts'
import { sha256Schema } from './blobs.ts'

/** At most this many records in one request; a chunk is never larger. */
export const MAX_CHUNK_RECORDS = 20
export const MAX_CHUNK_BYTES = 50 * 1024 * 1024
export const MAX_FEED_LIMIT = 1000

/** Text that PostgreSQL can store and index: no NUL, no half of a surrogate pair (a name from Windows may have one). */
export const storableText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'has characters that cannot be stored')

/** A design's row as a workstation sends it. `id` is made by the workstation and never changes. */
export const designRecordSchema = z.object({
  id: z.uuid().toLowerCase(),
  /** The code of its template. */
  template: storableText(200),
  number: z.number().int().min(1),
  /** Name on the NAS. */
  fileName: storableText(255),
  /** Name as it was dropped. */
  originalName: storableText(1000),
  /** As the workstation that sent it comes there. */
  remotePath: storableText(800).startsWith('/'),
  sizeBytes: z.number().int().min(1),
  picture: pictureInfoSchema,
  fingerprint: fingerprintSchema,
  /** SHA-256 of the stored file, when preparation changed the bytes; otherwise equal to the fingerprint's. */
  storedSha256: z.string().regex(/^[0-9a-f]{64}$/),
  uploadedAt: z.iso.datetime(),
  /** SHA-256 of a small picture of it, a blob of the shop, where one was made. */
  thumbnail: sha256Schema.optional(),
  /** The id of its template in the shop, where that is known there. */
  templateId: z.uuid().toLowerCase().optional(),
  /** The design whose file stood there before, and whose record ends with this one. */
  replaces: z.uuid().toLowerCase().optional(),
  /** It was found there, and not uploaded by Galley: the record of an upload of the same file takes its place. */
  imported: z.literal(true).optional(),
  /** The place in which the file lies, and its path below the root there; without them only who comes to the NAS as the
   *  sender does finds it, by `remotePath`. */
  placeId: z.uuid().toLowerCase().optional(),
  path: storableText(800).optional(),
})
export type DesignRecord = z.infer<typeof designRecordSchema>

/** At most so many durations of a kind in one request. */
export const MAX_DURATIONS = 200
const durationsSchema = z.array(z.number().min(0)).max(MAX_DURATIONS)

/** How long work on the workstation took since it last sent records, each in seconds, for the service's metrics. */
const tookSchema = z.object({
  /** Of a file to the NAS, verified and under its name. */
  upload: durationsSchema,
  /** Of up to 20 files, compared with the library at once. */
  matching: durationsSchema,
})
export type Took = z.infer<typeof tookSchema>

/** `POST /v1/designs:batch`, with an `Idempotency-Key` header. */
export const batchRequestSchema = z.object({
  records: z.array(z.unknown()).min(1).max(MAX_CHUNK_RECORDS),
  took: tookSchema.optional(),
})

/** Another design that the shop has: what a person needs to find it, and the workstation that stored it, where that is known. */
export const otherDesignSchema = z.object({
  id: z.string(),
  template: z.string(),
  number: z.number().int(),
  remotePath: z.string(),
  device: z.string().nullable(),
})
export type OtherDesign = z.infer<typeof otherDesignSchema>

/** One bad record does not hold the others: each has its own outcome. */
export const recordOutcomeSchema = z.discriminatedUnion('status', [
  /** In the store now; `existing` when it was there before, unchanged. */
  z.object({
    status: z.literal('created'),
    id: z.string(),
    /** A design of the same template that has the same bytes. */
    equal: otherDesignSchema.optional(),
  }),
  z.object({ status: z.literal('existing'), id: z.string() }),
  z.object({
    status: z.literal('rejected'),
    id: z.string().nullable(),
    reason: z.string(),
    /** A design with this id is stored with other content, or another one stands at this `remotePath`: `other`. */
    code: z.enum(['differs', 'path-taken']).optional(),
    other: otherDesignSchema.optional(),
  }),
])
export type RecordOutcome = z.infer<typeof recordOutcomeSchema>

/** A point in a shop's history. Each rev has a tag that was drawn when it was given out: a database that was set back gives
 *  the same rev another one. */
export interface HistoryPoint {
  readonly rev: number
  readonly tag: string
}

/** In any request about a shop, `rev tag` of the last point that the workstation knows; refused with `history-changed` when
 *  the database has lost it. */
export const HISTORY_HEADER = 'galley-history'

/** None before the first rev. */
const tagSchema = z.uuid().nullable()

/** Outcomes in the order of the request's records. */
export const batchResponseSchema = z.object({
  outcomes: z.array(recordOutcomeSchema),
  /** Where the shop's history was when they were stored; an answer that was first given by an older version has none. */
  rev: z.number().int().optional(),
  tag: tagSchema.optional(),
})
export type BatchResponse = z.infer<typeof batchResponseSchema>

/** `GET /v1/hashes?after&limit`: all of the shop's designs, in order of `rev`. */
export const feedQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_FEED_LIMIT).default(MAX_FEED_LIMIT),
  /** Says, where there is more than the page, how many designs there are. */
  counted: z.stringbool().default(false),
})

export const feedEntrySchema = designRecordSchema.extend({ rev: z.number().int() })
export type FeedEntry = z.infer<typeof feedEntrySchema>
export const feedResponseSchema = z.object({
  entries: z.array(feedEntrySchema),
  /** Designs whose replacement was taken back: they are none any more. `uploadedAt` is null of one that was none before. */
  gone: z.array(
    z.object({
      rev: z.number().int(),
      id: z.string(),
      uploadedAt: z.string().nullable(),
      replaced: z.string().nullable(),
    }),
  ),
  /** Pass as `after` next time. */
  cursor: z.number().int(),
  /** Of the cursor. */
  tag: tagSchema.default(null),
  more: z.boolean(),
  /** All of the shop's designs, those of them after `after`, and the last rev that there is to be read. */
  library: z.object({ designs: z.number().int(), left: z.number().int(), lastRev: z.number().int() }).optional(),
})
export type FeedResponse = z.infer<typeof feedResponseSchema>

/** `GET /v1/shop`: the shop that the token belongs to. Its id is the same in a database that was set back, and another in
 *  one that was made anew. */
export const shopInfoSchema = z.object({ name: z.string(), id: z.string() })
export type ShopInfo = z.infer<typeof shopInfoSchema>

/** Every error of the service. */
export const apiErrorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), action: z.string() }),
})
