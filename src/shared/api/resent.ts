import { z } from 'zod'
import { decisionRecordSchema } from './decisions.ts'
import { designRecordSchema } from './records.ts'
import { shopTemplateSchema } from './templates.ts'

/** Of how many things a workstation asks at a time whether the service lacks them. */
export const MAX_ASKED = 500
/** Earlier tellings that a decision names, at most: the last ones. */
const MAX_EARLIER = 20

const idSchema = z.uuid().toLowerCase()

/** A design's life is named by its id and when its file was stored: one that was taken back and stored again under the
 *  same id is another life, and the later one counts. */
const lifeSchema = z.object({ id: idSchema, uploadedAt: z.iso.datetime() })

/** A decision, and the ones that the workstation knows were told of the same two artworks before it. */
const earlierSchema = z.array(idSchema).max(MAX_EARLIER).readonly()

export const goneDesignSchema = lifeSchema.extend({
  /** The design whose file has its place again; null when there is none. */
  replaced: idSchema.nullable(),
})
export type GoneDesign = z.infer<typeof goneDesignSchema>

/** `POST /v1/lacking`: something that the workstation has kept, told so briefly that a million can be asked about. */
export const askedSchema = z.discriminatedUnion('kind', [
  lifeSchema.extend({ kind: z.literal('design') }),
  lifeSchema.extend({ kind: z.literal('gone') }),
  decisionRecordSchema
    .pick({ id: true, sha256: true, againstSha256: true })
    .extend({ kind: z.literal('decision'), earlier: earlierSchema }),
])
export type Asked = z.infer<typeof askedSchema>

export const lackingRequestSchema = z.object({ asked: z.array(askedSchema).min(1).max(MAX_ASKED) })
/** Positions in what was asked, of what the service lacks. */
export const lackingResponseSchema = z.object({ lacking: z.array(z.number().int().min(0)) })
export type LackingResponse = z.infer<typeof lackingResponseSchema>

/** `POST /v1/resent:batch`: what a service lacks that was set back to an earlier state, as it was once sent or read. */
export const resentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('design'), id: idSchema, record: designRecordSchema }),
  goneDesignSchema.extend({ kind: z.literal('gone') }),
  z.object({ kind: z.literal('decision'), id: idSchema, record: decisionRecordSchema, earlier: earlierSchema }),
  shopTemplateSchema.extend({ kind: z.literal('template') }),
])
export type Resent = z.infer<typeof resentSchema>
