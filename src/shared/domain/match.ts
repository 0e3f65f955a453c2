import { z } from 'zod'
import type { Failure } from './failure.ts'

/** How alike, the most alike first. `exact`: the bytes are equal. `same-picture`: the pixels are, on an equal canvas.
 *  `same-artwork`: the pixels within the transparent margin are, but they lie elsewhere on the canvas. `near`: the same
 *  artwork by the duplicate rule. `recoloured`: the same drawing in other colours. `similar`: close to near. */
export const MATCH_KINDS = ['exact', 'same-picture', 'same-artwork', 'near', 'recoloured', 'similar'] as const
export const matchKindSchema = z.enum(MATCH_KINDS)
export type MatchKind = z.infer<typeof matchKindSchema>

/** How much has to agree before a person is asked; a shop's choice. */
export const MATCHING_PRESETS = ['strict', 'balanced', 'loose'] as const
export const matchingPresetSchema = z.enum(MATCHING_PRESETS)
export type MatchingPreset = z.infer<typeof matchingPresetSchema>
export const DEFAULT_MATCHING: MatchingPreset = 'balanced'

/** What a batch's `onDuplicate` is about; `onSimilar` is about the others, which a person has to look at. */
export function isDuplicate(kind: MatchKind): boolean {
  return kind === 'exact' || kind === 'same-picture'
}

/** A known design, or another item of a batch, that an item equals or resembles. */
export const matchSchema = z.object({
  kind: matchKindSchema,
  against: z.enum(['design', 'item']),
  /** Id of the design or the item. */
  id: z.string(),
  fileName: z.string(),
  /** Hamming distances over 64 bits; 0 where bytes or pixels are equal. */
  phashDistance: z.number().int(),
  dhashDistance: z.number().int(),
  /** Pearson correlation of the 24 x 24 luma, -1 to 1; 1 where bytes or pixels are equal. */
  correlation: z.number(),
  /** Of near ones that were looked at closer: the pictures show the same, and the known one has no fewer pixels. */
  isSame: z.boolean().optional(),
})
export type Match = z.infer<typeof matchSchema>

/** Surely nothing new, so that a policy may skip it: the same pixels, or what a closer look found to show the same. What is
 *  merely near may be the same drawing with another name on it, which is another product: a person has to see it. */
export function maySkipUnasked({ kind, isSame = false }: Pick<Match, 'kind' | 'isSame'>): boolean {
  return isDuplicate(kind) || kind === 'same-artwork' || (kind === 'near' && isSame)
}

/** What to do with duplicates and with what resembles a design, chosen when a batch is dropped. */
export const duplicatePolicySchema = z.object({
  onDuplicate: z.enum(['skip', 'keep', 'ask']),
  onSimilar: z.enum(['review', 'keep', 'skip']),
})
export type DuplicatePolicy = z.infer<typeof duplicatePolicySchema>

/** What a person may say about an item in review. `skip`: it is not uploaded. The others upload it: `keep` beside what it
 *  resembles, `variant` as another version of that design, `not-duplicate` as something else, `replace` in
 *  that design's place. */
export const decisionSchema = z.enum(['skip', 'keep', 'replace', 'variant', 'not-duplicate'])
export type Decision = z.infer<typeof decisionSchema>
/** What is said of two artworks for the next time; of one that was replaced there is none. */
export const lastingDecisionSchema = decisionSchema.exclude(['replace'])
export type LastingDecision = z.infer<typeof lastingDecisionSchema>

/** What a person may say of a design that a colleague has stored as well: the colleague's stays, and one's own is taken back; or
 *  both stay. */
export const KEPT_TWINS = ['theirs', 'both'] as const
export type KeptTwin = (typeof KEPT_TWINS)[number]

/** An item of which something could not be done, and why: nothing has changed. */
export interface RefusedItem {
  readonly itemId: string
  readonly failure: Failure
}

/** What became of decisions that were taken back. */
export interface Undone {
  /** Items that are asked about again; what one of them had replaced, or what was withdrawn, is on the NAS as before. */
  readonly reopened: readonly string[]
  /** Items that had gone too far, onto the NAS mostly: only what was remembered of them is taken back. */
  readonly kept: readonly string[]
  /** Items of which a replacement or a withdrawal could not be taken back. */
  readonly refused: readonly RefusedItem[]
}
