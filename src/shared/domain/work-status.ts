import { describeDetail } from '../texts/details-en.ts'
import type { BatchView } from './batch.ts'
import { type Failure, waitsForSomebody } from './failure.ts'
import { HELD_KINDS, type HeldKind } from './failure-rule.ts'
import type { Hold } from './item.ts'
import type { SpeedLimit } from './speed-limit.ts'

/** How the engine process is. `restarting`: it ended and is started again; nothing durable was lost. */
export type EngineState =
  | { readonly state: 'starting' }
  | { readonly state: 'running' }
  | { readonly state: 'restarting'; readonly afterMs: number }
  | { readonly state: 'stopped'; readonly failure: Failure }

type Running = Extract<EngineState, { readonly state: 'running' }>

/** Only an engine that runs moves anything, whatever was last told of its batches and files. */
export function canMove(engine: EngineState): engine is Running {
  return engine.state === 'running'
}

/** Something outside Galley holds files back. A person must hear of it; a pause and a timetable were their own wish, and a
 *  retry comes by itself. */
export interface Held {
  readonly kind: HeldKind
  readonly failure: Failure
  /** Files that wait for that failure. */
  readonly count: number
  /** Files that wait in the same way, for another reason: another folder that refuses them, another shop's NAS. */
  readonly others: number
  /** The first shop that is held so. */
  readonly shopId: string
  /** When it is tried again by itself, ms since 1970; null: it waits for a person. */
  readonly nextTryAt: number | null
  /** It was tried often enough, or no try can help: it will not be over in a moment. */
  readonly isSettled: boolean
}

/** What all of the work comes to: one of these, the same wherever Galley shows itself. */
type Standing =
  /** The engine is not there yet, or not again. */
  | { readonly kind: 'starting' | 'restarting' }
  /** The engine was given up. */
  | { readonly kind: 'stopped'; readonly failure: Failure }
  /** Nothing goes on, as a person or the timetable wished; until then, `HH:MM`, or without an end. */
  | { readonly kind: 'paused'; readonly until: string | null }
  /** Nothing goes on, and nobody wished it: why, and when it is tried again. */
  | { readonly kind: 'held'; readonly failure: Failure; readonly shown: HeldKind; readonly nextTryAt: number | null }
  | { readonly kind: 'working'; readonly isScanning: boolean; readonly bytesPerSecond: number }
  /** Nothing is left that could go on, and nobody has seen yet that files failed. */
  | { readonly kind: 'failed' }
  /** Only decisions of a person are left. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'idle' }

export type WorkStatus = Standing & {
  /** Files on their way, whether they move or wait. */
  readonly toGo: number
  /** Files that wait for a decision. */
  readonly toDecide: number
  /** Files that failed since a person last looked. */
  readonly failedUnseen: number
  /** All that holds files back, the most pressing first; also while others move. */
  readonly held: readonly Held[]
}

/** All that the status follows from. */
export interface WorkFacts {
  readonly engine: EngineState
  readonly status: {
    readonly pausedAll: boolean
    readonly bytesPerSecond: number
    readonly speedLimit: SpeedLimit
  }
  readonly batches: readonly BatchView[]
}

/** How all of the work stands. Nothing else judges that: tray, taskbar, notices and window draw what this says. */
export function statusOf({ engine, status, batches }: WorkFacts): WorkStatus {
  const open = batches.filter(({ state }) => state !== 'ended')
  const sums = {
    toGo: sumOf(open, ({ counts }) => counts.active),
    toDecide: sumOf(open, ({ counts }) => counts.review),
    failedUnseen: sumOf(batches, (batch) => batch.failedUnseen),
    held: heldOf(open),
  }
  if (engine.state === 'stopped') return { ...sums, kind: 'stopped', failure: engine.failure }
  if (!canMove(engine)) return { ...sums, kind: engine.state }
  if (status.pausedAll) return { ...sums, kind: 'paused', until: null }
  const unfinished = open.filter((batch) => batch.counts.active > 0 || batch.state === 'scanning')
  const moving = unfinished.filter(({ state, hold }) => state !== 'paused' && isGoing(hold))
  if (moving.length > 0) {
    const isScanning = moving.every(({ state }) => state === 'scanning')
    return { ...sums, kind: 'working', isScanning, bytesPerSecond: status.bytesPerSecond }
  }
  const why = whyHeld(unfinished, sums.held)
  if (why !== null) return { ...sums, kind: 'held', ...why }
  const resting = unfinished.filter(isWished)
  if (resting.length > 0) return { ...sums, kind: 'paused', until: endOf(resting) }
  if (sums.failedUnseen > 0) return { ...sums, kind: 'failed' }
  return { ...sums, kind: sums.toDecide > 0 || unfinished.length > 0 ? 'asking' : 'idle' }
}

/** Is anything under way that a pause would keep back? */
export function canPause({ kind, toGo }: WorkStatus): boolean {
  return kind !== 'stopped' && (toGo > 0 || kind === 'working')
}

/** What is being read for it will be known in a while. */
function isGoing(hold: Hold | null): boolean {
  return hold === null || hold.kind === 'library'
}

/** Something is wrong that a person has to look at: files failed, or nothing goes on until somebody mends it. Decisions
 *  that wait are no fault. */
export function isWrong(status: WorkStatus): boolean {
  if (status.kind === 'held' && waitsForSomebody(status.failure.code)) return true
  return status.kind === 'stopped' || status.failedUnseen > 0
}

/** A failure that holds more than one file, and the files of all batches that wait for it. */
type Reason = Omit<Held, 'others'>

function heldOf(open: readonly BatchView[]): readonly Held[] {
  const reasons: Reason[] = []
  for (const { shopId, held } of open)
    for (const { hold, files } of held) {
      if (!isOutside(hold)) continue
      const { kind, failure, nextTryAt = null, isSettled = false } = hold
      const seen = reasons.findIndex((one) => one.kind === kind && isSameReason(one.failure, failure))
      const known = reasons[seen]
      if (known === undefined) reasons.push({ kind, failure, count: files, shopId, nextTryAt, isSettled })
      else reasons[seen] = { ...known, count: known.count + files, isSettled: known.isSettled || isSettled }
    }
  return HELD_KINDS.flatMap((kind) => {
    const [most, ...others] = reasons.filter((one) => one.kind === kind).sort((a, b) => b.count - a.count)
    return most === undefined ? [] : [{ ...most, others: others.reduce((sum, { count }) => sum + count, 0) }]
  })
}

/** The most pressing reason of batches of which nothing goes on; one whose files are each tried again by themselves comes
 *  after them. */
function whyHeld(
  unfinished: readonly BatchView[],
  held: readonly Held[],
): Pick<Extract<WorkStatus, { kind: 'held' }>, 'failure' | 'shown' | 'nextTryAt'> | null {
  const holds = unfinished.flatMap(({ hold }) => (hold !== null && 'failure' in hold ? [hold] : []))
  const pressing = held.find(({ kind }) => holds.some((hold) => hold.kind === kind))
  if (pressing !== undefined) {
    const { failure, kind, nextTryAt } = pressing
    return { failure, shown: kind, nextTryAt }
  }
  const [first] = holds.toSorted((a, b) => Number(isOutside(b)) - Number(isOutside(a)))
  if (first === undefined) return null
  return { failure: first.failure, shown: isOutside(first) ? first.kind : 'local', nextTryAt: first.nextTryAt ?? null }
}

/** A person paused it, or the timetable did. */
function isWished({ state, hold }: BatchView): boolean {
  return state === 'paused' || hold?.kind === 'paused' || hold?.kind === 'scheduled'
}

/** When the timetable lets them go on; null where a person has to. */
function endOf(resting: readonly BatchView[]): string | null {
  const [first] = resting
  if (first?.hold?.kind !== 'scheduled' || resting.some(({ hold }) => hold?.kind !== 'scheduled')) return null
  return first.hold.until
}

type OutsideHold = Extract<Hold, { readonly kind: HeldKind }>

function isOutside(hold: Hold): hold is OutsideHold {
  return 'failure' in hold && hold.kind !== 'retry-at' && hold.kind !== 'elsewhere'
}

/** Its particulars are shown where a NAS asks in its own words. */
function isSameReason(a: Failure, b: Failure): boolean {
  return a.code === b.code && (a.code !== 'code-wanted' || describeDetail(a.detail) === describeDetail(b.detail))
}

function sumOf(batches: readonly BatchView[], count: (batch: BatchView) => number): number {
  return batches.reduce((sum, batch) => sum + count(batch), 0)
}
