import type { BatchView } from '../../shared/domain/batch.ts'
import { type Failure, ruleOf } from '../../shared/domain/failure.ts'
import type { HeldKind } from '../../shared/domain/failure-rule.ts'
import type { Held } from '../../shared/domain/work-status.ts'
import type { Timing } from '../supervisor/supervise.ts'
import type { Summary } from './summary.ts'

/** A change that a person must know of, also with the window closed. */
export type News =
  /** Files are held back, and it will not be over in a moment. */
  | { readonly kind: 'held'; readonly held: Held }
  /** A batch came to its end, or to where only decisions are left. `failed`: files that failed unseen, where not all of
   *  them were told of before. */
  | { readonly kind: 'rested'; readonly batch: BatchView; readonly failed: number }
  /** Files failed while others of their batches are still under way. */
  | { readonly kind: 'failed'; readonly batches: readonly BatchView[]; readonly files: number }
  /** The engine was given up. */
  | { readonly kind: 'stopped'; readonly failure: Failure }

/** What fails one after the other is told of together: from the first of it, so long. */
export const GATHER_MS = 30_000

export interface NewsParts {
  /** What came to rest before, ms since 1970, is no news. */
  readonly since: number
  readonly timing: Pick<Timing, 'after'>
  /** A person has the window before their eyes: what happens then is no news to them, nor later. */
  isWatched(): boolean
  tell(news: News): void
}

/** Tells what is new from one summary to the next, each once: a NAS that is tried again and again is told of when it went
 *  away, and not anew before it was there again, whatever it says meanwhile. */
export function followNews({ since, timing, isWatched, tell }: NewsParts): {
  change(before: Summary, after: Summary): void
  /** A person looks at the window. */
  look(): void
} {
  let told: ReadonlyMap<string, HeldKind> = new Map()
  /** Of each batch that was met, how many of the files that failed unseen are no news any more. */
  const known = new Map<string, number>()
  let batches: readonly BatchView[] = []
  let stopGathering: (() => void) | null = null

  const newlyFailed = ({ id, failedUnseen }: BatchView): number => failedUnseen - (known.get(id) ?? 0)
  const know = (some: readonly BatchView[]): void => {
    for (const { id, failedUnseen } of some) known.set(id, failedUnseen)
  }
  const look = (): void => {
    know(batches)
    stopGathering?.()
    stopGathering = null
  }
  const tellFailures = (): void => {
    const failed = batches.filter((batch) => newlyFailed(batch) > 0)
    const files = failed.reduce((sum, batch) => sum + newlyFailed(batch), 0)
    look()
    if (files > 0 && !isWatched()) tell({ kind: 'failed', batches: failed, files })
  }

  /** What came to rest, with how many of its failures it is told with. */
  const restedSince = (before: readonly BatchView[]): readonly News[] => {
    const fresh = batches.filter(({ id }) => !known.has(id))
    know(fresh.filter(({ createdAt }) => createdAt < since))
    for (const { id, failedUnseen } of batches) known.set(id, Math.min(failedUnseen, known.get(id) ?? 0))
    // A small batch may be at rest when it is first heard of.
    const small = fresh.filter(({ createdAt }) => createdAt >= since)
    const moving = [...before.filter((batch) => !isAtRest(batch)), ...small].map(({ id }) => id)
    const rested = batches.filter((batch) => isAtRest(batch) && moving.includes(batch.id))
    const news = rested.map((batch) => {
      const failed = newlyFailed(batch) > 0 ? batch.failedUnseen : 0
      return { kind: 'rested', batch, failed } as const
    })
    know(rested)
    return news
  }
  const heldSince = ({ work }: Summary): readonly News[] => {
    const held = work.held.filter((one) => one.isSettled && !told.has(keyOf(one)))
    // Of several reasons of a kind one stands for all, now this, now that.
    const still = new Set(work.held.map(({ kind }) => kind))
    const stillTold = [...told].filter(([, kind]) => still.has(kind))
    told = new Map([...stillTold, ...held.map((one) => [keyOf(one), one.kind] as const)])
    return held.map((one) => ({ kind: 'held', held: one }))
  }

  return {
    change(before, after) {
      batches = after.batches
      const { engine } = after
      const hasStopped = engine.state === 'stopped' && before.engine.state !== 'stopped'
      const news: readonly News[] = [
        ...restedSince(before.batches),
        ...heldSince(after),
        ...(hasStopped ? [{ kind: 'stopped', failure: engine.failure } as const] : []),
      ]
      // What happened before somebody's eyes is told as well, by not being told again.
      if (isWatched()) return look()
      for (const one of news) tell(one)
      if (batches.some((batch) => newlyFailed(batch) > 0)) stopGathering ??= timing.after(GATHER_MS, tellFailures)
    },
    look,
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
