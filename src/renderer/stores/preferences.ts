import { type DuplicatePolicy, duplicatePolicySchema } from '../../shared/domain/match.ts'

/** What the window remembers of a person's choices. */
export interface Preferences {
  readonly shopId: string | null
  /** The template last chosen, by shop. */
  readonly templateIds: Readonly<Record<string, string>>
  readonly policy: DuplicatePolicy
}

const KEY = 'galley.preferences'

const DEFAULTS: Preferences = {
  shopId: null,
  templateIds: {},
  policy: { onDuplicate: 'skip', onSimilar: 'review' },
}

/** The choices kept in `storage`; the default in place of each that cannot be read. */
export function readPreferences(storage: Pick<Storage, 'getItem'>): Preferences {
  const kept = parsed(storage.getItem(KEY) ?? '{}')
  if (typeof kept !== 'object' || kept === null) return DEFAULTS
  const policy = duplicatePolicySchema.safeParse('policy' in kept ? kept.policy : null)
  return {
    shopId: 'shopId' in kept && typeof kept.shopId === 'string' ? kept.shopId : DEFAULTS.shopId,
    templateIds: 'templateIds' in kept ? strings(kept.templateIds) : DEFAULTS.templateIds,
    policy: policy.success ? policy.data : DEFAULTS.policy,
  }
}

export function writePreferences(storage: Pick<Storage, 'setItem'>, preferences: Preferences): void {
  storage.setItem(KEY, JSON.stringify(preferences))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function strings(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((entry) => typeof entry[1] === 'string'))
}
