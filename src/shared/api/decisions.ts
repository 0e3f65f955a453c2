import { z } from 'zod'
import { lastingDecisionSchema } from '../domain/match.ts'

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** What a person said of two artworks, as a workstation sends it. The one that arrives last holds. */
export const decisionRecordSchema = z.object({
  id: z.uuid().toLowerCase(),
  /** The artwork that was dropped. */
  sha256: sha256Schema,
  /** The one that it resembled. */
  againstSha256: sha256Schema,
  /** The designs that they are; of a dropped one that was skipped there is none with this id. */
  designId: z.uuid().toLowerCase(),
  againstId: z.uuid().toLowerCase(),
  /** Null: taken back. */
  decision: lastingDecisionSchema.nullable(),
})
export type DecisionRecord = z.infer<typeof decisionRecordSchema>

/** `GET /v1/decisions?after&limit`: what was last said of each two artworks of the shop, in order of `rev`. */
export const decisionFeedSchema = z.object({
  entries: z.array(decisionRecordSchema.extend({ rev: z.number().int() })),
  /** Pass as `after` next time. */
  cursor: z.number().int(),
  /** Of the cursor; none before the first rev. */
  tag: z.uuid().nullable(),
  more: z.boolean(),
})
export type DecisionFeed = z.infer<typeof decisionFeedSchema>
