import { type Failure, ruleOf } from '../../shared/domain/failure.ts'
import type { HeldKind, Pause } from '../../shared/domain/failure-rule.ts'
import { type HoldKey, holdFactsOf, holdKeyText } from '../../shared/domain/hold-key.ts'
import type { Hold } from '../../shared/domain/item.ts'
import type { Clock } from '../ports.ts'
import { backoffMs } from './backoff.ts'

interface Entry {
  readonly key: HoldKey
  failure: Failure
  /** Failures in a row. */
  tries: number
  /** Of those, the last that wait in the same way. */
  alike: number
  /** It worked until now, and what failed may be no more than a moment of it. */
  isMoment: boolean
  /** Tries that were made soon, since it last worked. */
  moments: number
  /** Monotonic. */
  setAt: number
  /** Monotonic; null: until a person or a change of settings lifts it. */
  untilMs: number | null
  timer: NodeJS.Timeout | undefined
}

const PROBE_MS = 15_000
const SECOND_MS = 1_000
const MINUTE_MS = 60_000
/** From hold to hold in a row; the last goes on. */
const ROOM_PAUSES_MS = [15, 30, 60, 120, 300].map((seconds) => seconds * SECOND_MS)
const SET_UP_PAUSES_MS = [2, 5, 15, 30].map((minutes) => minutes * MINUTE_MS)
/** What others are at is looked at so often, and waited for so many times before nobody should any more: longer than a
 *  workstation that died keeps it. */
const TURN_PAUSE_MS = 5_000
const SETTLED_TURNS = 36
/** A NAS that served before and now ends its sessions is asked so often within some seconds; then seldom. */
const MOMENTS = 4
/** From here on nobody should wait for it: the terminal gives up waiting, the window says offline. */
const SETTLED_TRIES = 3

/** Why work waits, and until when. In memory: at the next start everything is tried anew. Only why others than the
 *  items themselves were waited for last is remembered, and read until one of them works. */
export interface Holds {
  /** Something failed in a way that holds the key: with backoff where it may mend itself, else until lifted. `begunAt`
   *  (monotonic) is when the work began that met it: what began before the key was held last tells nothing new. */
  add(key: HoldKey, failure: Failure, begunAt?: number): void
  /** Something changed, or a person asks for another try. */
  lift(key: HoldKey): void
  /** It works: nothing is held any more. */
  worked(key: HoldKey): void
  isHeld(key: HoldKey): boolean
  /** Failures in a row, up to now. */
  triesOf(key: HoldKey): number
  /** What a person reads, while it is held or being tried again after a failure. */
  view(key: HoldKey): Hold | null
  /** It will not mend by waiting a moment: nothing should block on it. */
  isSettled(key: HoldKey): boolean
  /** Items that are held one by one. */
  heldItemIds(): string[]
  /** Items whose own next attempt is far away, or waits for a person. */
  settledItemIds(): string[]
  dispose(): void
}

export interface HoldsOptions {
  readonly clock: Clock
  readonly random: () => number
  /** A hold ran out, was lifted or set. */
  readonly onChange: (key: HoldKey) => void
  /** Why something waited when the last engine ended, by the text of its key. */
  readonly remembered?: ReadonlyMap<string, Failure>
  /** To be remembered from now on; null: nothing any more. */
  readonly onReason?: (key: HoldKey, failure: Failure | null) => void
}

export function createHolds({ clock, random, onChange, remembered, onReason }: HoldsOptions): Holds {
  /** By the texts of their keys, as all here. */
  const entries = new Map<string, Entry>()
  const before = new Map<string, Failure>(remembered)
  const working = new Set<string>()
  /** Monotonic. */
  const liftedAt = new Map<string, number>()

  const entryOf = (key: HoldKey): Entry | undefined => entries.get(holdKeyText(key))

  const arm = (entry: Entry): void => {
    if (entry.untilMs === null) return
    // A timer set late in a long turn of the event loop fires early by as much: then the rest is waited for.
    const ring = (): void => (isWaiting(entry, clock) ? arm(entry) : onChange(entry.key))
    entry.timer = setTimeout(ring, Math.ceil(entry.untilMs - clock.monotonic()))
  }

  const lift = (key: HoldKey): void => {
    const text = holdKeyText(key)
    if (key.kind !== 'item') liftedAt.set(text, clock.monotonic())
    const entry = entries.get(text)
    const wasBefore = before.delete(text)
    if (entry === undefined && !wasBefore) return
    clearTimeout(entry?.timer)
    entries.delete(text)
    if (isRemembered(key)) onReason?.(key, null)
    onChange(key)
  }

  const itemIdsOf = (isMeant: (entry: Entry) => boolean): string[] =>
    [...entries.values()].flatMap((entry) => (entry.key.kind === 'item' && isMeant(entry) ? [entry.key.itemId] : []))

  return {
    add(key, failure, begunAt = Number.POSITIVE_INFINITY) {
      const text = holdKeyText(key)
      const last = entries.get(text)
      // Nobody would come to lift it a second time.
      const isStale = begunAt < (liftedAt.get(text) ?? Number.NEGATIVE_INFINITY)
      if (isStale && pauseOf(failure) === 'person') return
      const tries = (last?.tries ?? 0) + 1
      const isAlike = last !== undefined && pauseOf(last.failure) === pauseOf(failure)
      if (isAlike && begunAt < last.setAt) return
      const moments = last?.moments ?? 0
      const isMoment = working.has(text) && moments < MOMENTS && mayBeMoment(failure)
      const alike = isMoment ? 0 : isAlike ? last.alike + 1 : 1
      const waitMs = isMoment ? backoffMs(moments + 1, random()) : waitBeforeRetry(key, failure, alike, random())
      const untilMs = waitMs === null ? null : clock.monotonic() + waitMs
      if (last !== undefined && isWaiting(last, clock)) {
        // Of several uploads that fail for the same reason at once, one sets the hold; and one that waits longer, or for
        // a person, is not tried again sooner because another reason came after it.
        if (
          last.failure.code === failure.code ||
          (untilMs !== null && (last.untilMs === null || last.untilMs >= untilMs))
        )
          return
      }
      clearTimeout(last?.timer)
      const spent = isMoment ? moments + 1 : moments
      const times = { setAt: clock.monotonic(), untilMs, timer: undefined }
      const entry: Entry = { key, failure, tries, alike, isMoment, moments: spent, ...times }
      entries.set(text, entry)
      before.delete(text)
      arm(entry)
      if (isRemembered(key)) onReason?.(key, failure)
      onChange(key)
    },
    lift,
    worked(key) {
      if (key.kind !== 'item') working.add(holdKeyText(key))
      lift(key)
    },
    isHeld: (key) => {
      const entry = entryOf(key)
      return entry !== undefined && isWaiting(entry, clock)
    },
    triesOf: (key) => entryOf(key)?.tries ?? 0,
    view(key) {
      const entry = entryOf(key)
      if (entry === undefined) {
        const failure = before.get(holdKeyText(key))
        return failure === undefined ? null : { kind: shownAs(key, failure), failure }
      }
      const { failure, untilMs } = entry
      const trouble = {
        failure,
        ...(untilMs === null ? {} : { nextTryAt: Math.round(clock.now() + untilMs - clock.monotonic()) }),
        ...(isSettled(entry) ? { isSettled: true as const } : {}),
      }
      if (pauseOf(failure) === 'turn') return { kind: 'elsewhere', ...trouble }
      return key.kind === 'item'
        ? { kind: 'retry-at', attempt: entry.tries, ...trouble }
        : { kind: shownAs(key, failure), ...trouble }
    },
    isSettled: (key) => {
      const entry = entryOf(key)
      return entry !== undefined && isSettled(entry)
    },
    heldItemIds: () => itemIdsOf((entry) => isWaiting(entry, clock)),
    settledItemIds: () => itemIdsOf(isItemSettled),
    dispose() {
      for (const entry of entries.values()) clearTimeout(entry.timer)
      entries.clear()
    },
  }
}

function isWaiting(entry: Entry, clock: Clock): boolean {
  return entry.untilMs === null || clock.monotonic() < entry.untilMs
}

function isSettled({ tries, failure, isMoment }: Entry): boolean {
  if (pauseOf(failure) === 'turn') return tries >= SETTLED_TURNS
  return tries >= SETTLED_TRIES || (pauseOf(failure) !== 'backoff' && !isMoment)
}

function isItemSettled(entry: Entry): boolean {
  const { failure, tries } = entry
  if (pauseOf(failure) === 'turn') return isSettled(entry)
  return pauseOf(failure) !== 'backoff' || (isUncounted(failure) && tries >= SETTLED_TRIES)
}

function isRemembered({ kind }: HoldKey): boolean {
  return holdFactsOf(kind).isRemembered === true
}

function pauseOf({ code }: Failure): Pause {
  return ruleOf(code).pause
}

/** What ends an item, and holds one only where that may not be: no count of attempts comes to its end. */
function isUncounted({ code }: Failure): boolean {
  return ruleOf(code).class === 'permanent'
}

function mayBeMoment({ code }: Failure): boolean {
  const rule = ruleOf(code)
  return rule.class === 'hold' && rule.mayBeMoment === true
}

function waitBeforeRetry({ kind }: HoldKey, failure: Failure, alike: number, random: number): number | null {
  if (holdFactsOf(kind).isProbed === true) return PROBE_MS
  switch (pauseOf(failure)) {
    case 'backoff':
      return backoffMs(alike, random, failure.retryAfterMs)
    case 'room':
      return stepOf(ROOM_PAUSES_MS, alike)
    case 'set-up':
      return stepOf(SET_UP_PAUSES_MS, alike)
    case 'turn':
      return TURN_PAUSE_MS
    case 'person':
      return null
  }
}

function stepOf(pausesMs: readonly number[], alike: number): number {
  return pausesMs[alike - 1] ?? Math.max(...pausesMs)
}

function shownAs({ kind }: HoldKey, { code }: Failure): HeldKind {
  return kind === 'backend' ? 'backend' : ruleOf(code).shown
}
