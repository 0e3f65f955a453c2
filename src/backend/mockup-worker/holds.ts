import { type Failure, ruleOf } from '../../shared/domain/failure.ts'

const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 10 * 60_000
/** What a person has to mend is tried so seldom from the beginning: a NAS may shut out who signs in wrongly too often. */
const SET_UP_PAUSE_MS = 2 * 60_000

/** Shops whose jobs wait because their NAS is away, full, or not to be signed in at. */
export interface Holds {
  /** Those that wait now. */
  shopIds(): readonly string[]
  /** Nothing of the shop is tried for a while; for longer with each time. */
  begin(shopId: string, because: Failure): void
  end(shopId: string): void
}

export function createHolds(now: () => number): Holds {
  const held = new Map<string, { readonly untilMs: number; readonly times: number }>()
  return {
    shopIds: () => [...held].flatMap(([shopId, { untilMs }]) => (untilMs > now() ? [shopId] : [])),
    begin(shopId, { code }) {
      const { times = 0, untilMs = 0 } = held.get(shopId) ?? {}
      // Those that were under way when it began tell of the same.
      if (untilMs > now()) return
      const { pause } = ruleOf(code)
      const first = pause === 'backoff' || pause === 'room' ? FIRST_PAUSE_MS : SET_UP_PAUSE_MS
      held.set(shopId, { untilMs: now() + Math.min(LONGEST_PAUSE_MS, first * 2 ** times), times: times + 1 })
    },
    end: (shopId) => void held.delete(shopId),
  }
}
