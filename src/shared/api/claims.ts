import { z } from 'zod'
import { otherDesignSchema, storableText } from './records.ts'

export const MAX_CLAIMS = 100
/** What was granted ends after that long unless it is renewed. */
export const CLAIM_LEASE_MS = 120_000

/** What a workstation is about to send: of the designs with these bytes for this template, the first, or one more that
 *  was wished for. `id` is the item's, and the later record's. */
export const claimWishSchema = z.object({
  id: z.uuid().toLowerCase(),
  template: storableText(200),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  copy: z.number().int().min(0).max(1_000_000),
  /** A person takes it from the workstation that has it. */
  isTaken: z.boolean().default(false),
})
export type ClaimWish = z.input<typeof claimWishSchema>

/** `POST /v1/claims`: claims, and renews those that the same ids have. */
export const claimsRequestSchema = z.object({ claims: z.array(claimWishSchema).min(1).max(MAX_CLAIMS) })

export const claimOutcomeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('granted') }),
  /** Another item has it: which workstation's, and since when. */
  z.object({ status: z.literal('held'), device: z.string(), since: z.iso.datetime() }),
  /** The shop has the design. */
  z.object({ status: z.literal('stored'), designId: z.string(), design: otherDesignSchema.optional() }),
])
export type ClaimOutcome = z.infer<typeof claimOutcomeSchema>

/** Outcomes in the order of the request's claims. */
export const claimsResponseSchema = z.object({ outcomes: z.array(claimOutcomeSchema) })

/** `POST /v1/claims:release`: these items will not be sent. */
export const releaseRequestSchema = z.object({ ids: z.array(z.uuid().toLowerCase()).min(1).max(MAX_CLAIMS) })
export const releaseResponseSchema = z.object({ released: z.number().int() })
