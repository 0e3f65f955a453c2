import type { BatchView } from '../../shared/domain/batch.ts'
import { type Failure, ruleOf } from '../../shared/domain/failure.ts'
import type { HeldKind } from '../../shared/domain/failure-rule.ts'
import type { Held } from '../../shared/domain/work-status.ts'
import type { Summary } from './summary.ts'

/** A change that a person must know of, also with the window closed. */
export type News =
  /** Files are held back, and it will not be over in a moment. */
  | { readonly kind: 'held'; readonly held: Held }
  /** A batch came to its end, or to where only decisions are left. */
  | { readonly kind: 'rested'; readonly batch: BatchView }
  /** The engine was given up. */
  | { readonly kind: 'stopped'; readonly failure: Failure }

/** Finds what is new between two summaries, each once: a NAS that is tried again and again is told of when it went away,
 *  and not anew before it was there again, whatever it says meanwhile. What came to rest before `since`, ms since 1970, is no news. */
export function followNews(since: number): (before: Summary, after: Summary) => readonly News[] {
  let told: ReadonlyMap<string, HeldKind> = new Map()
  const met = new Set<string>()
  return (before, after) => {
    // A small batch may be at rest when it is first heard of.
    const fresh = after.batches.filter(({ id, createdAt }) => !met.has(id) && createdAt >= since)
    const moving = [...before.batches.filter((batch) => !isAtRest(batch)), ...fresh].map(({ id }) => id)
    const rested = after.batches.filter((batch) => isAtRest(batch) && moving.includes(batch.id))
    for (const { id } of after.batches) met.add(id)
    const held = after.work.held.filter((one) => one.isSettled && !told.has(keyOf(one)))
    // Of several reasons of a kind one stands for all, now this, now that.
    const still = new Set(after.work.held.map(({ kind }) => kind))
    const known = [...told].filter(([, kind]) => still.has(kind))
    told = new Map([...known, ...held.map((one) => [keyOf(one), one.kind] as const)])
    const { engine } = after
    const hasStopped = engine.state === 'stopped' && before.engine.state !== 'stopped'
    return [
      ...rested.map((batch) => ({ kind: 'rested', batch }) as const),
      ...held.map((one) => ({ kind: 'held', held: one }) as const),
      ...(hasStopped ? [{ kind: 'stopped', failure: engine.failure } as const] : []),
    ]
  }
}

function isAtRest({ state, counts }: BatchView): boolean {
  return state === 'ended' || (state !== 'scanning' && counts.active === 0)
}

/** What is away says so in many ways, and is away all the same. */
function keyOf({ kind, failure, shopId }: Held): string {
  const isAway = ruleOf(failure.code).pause === 'backoff'
  return `${kind} ${isAway ? '' : failure.code} ${shopId}`
}
