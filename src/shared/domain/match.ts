import { z } from 'zod'

/** `exact`: the bytes are equal. `near`: the same artwork by the duplicate rule. */
export const matchKindSchema = z.enum(['exact', 'near'])

/** A known design, or another item of a batch, that an item equals or resembles. */
export const matchSchema = z.object({
  kind: matchKindSchema,
  against: z.enum(['design', 'item']),
  /** Id of the design or the item. */
  id: z.string(),
  fileName: z.string(),
  /** Hamming distances over 64 bits; 0 for exact. */
  phashDistance: z.number().int(),
  dhashDistance: z.number().int(),
  /** Pearson correlation of the 24 x 24 luma, -1 to 1; 1 for exact. */
  correlation: z.number(),
})
export type Match = z.infer<typeof matchSchema>

/** What to do with exact and with near duplicates of a batch, chosen when it is dropped. */
export const duplicatePolicySchema = z.object({
  onDuplicate: z.enum(['skip', 'keep', 'ask']),
  onSimilar: z.enum(['review', 'keep', 'skip']),
})
export type DuplicatePolicy = z.infer<typeof duplicatePolicySchema>

/** What a person may say about an item in review. `skip`: it is not uploaded. The others upload it: `keep` beside what it
 *  resembles, `variant` as another version of that design, `not-duplicate` as something else. */
export const decisionSchema = z.enum(['skip', 'keep', 'variant', 'not-duplicate'])
export type Decision = z.infer<typeof decisionSchema>
