import { z } from 'zod'
import { duplicatePolicySchema } from '../../shared/domain/match.ts'

const preferencesSchema = z.object({
  shopId: z.string().nullable(),
  /** The template last chosen, by shop. */
  templateIds: z.record(z.string(), z.string()),
  policy: duplicatePolicySchema,
})

/** What the window remembers of a person's choices. */
export type Preferences = z.infer<typeof preferencesSchema>

const KEY = 'galley.preferences'

const DEFAULTS: Preferences = {
  shopId: null,
  templateIds: {},
  policy: { onDuplicate: 'skip', onSimilar: 'review' },
}

/** The choices kept in `storage`; the defaults when there are none that can be read. */
export function readPreferences(storage: Pick<Storage, 'getItem'>): Preferences {
  const kept = storage.getItem(KEY)
  if (kept === null) return DEFAULTS
  try {
    return preferencesSchema.parse(JSON.parse(kept))
  } catch {
    return DEFAULTS
  }
}

export function writePreferences(storage: Pick<Storage, 'setItem'>, preferences: Preferences): void {
  storage.setItem(KEY, JSON.stringify(preferences))
}
