import { type Failure, failureClass } from '../../shared/domain/failure.ts'
import type { Hold } from '../../shared/domain/item.ts'
import type { Clock } from '../ports.ts'
import { backoffMs } from './backoff.ts'

interface Entry {
  failure: Failure
  /** Failures in a row. */
  tries: number
  /** Monotonic; null: until a person or a change of settings lifts it. */
  untilMs: number | null
  timer: NodeJS.Timeout | undefined
}

/** What is held: everything that needs a shop's NAS or its backend, the sweeping of its NAS, what must be read after a
 *  rebuild, one item until its next attempt, one kind of worker, the making of print files, the index's
 *  growing, or all that is to be written on this computer. */
export type HoldKey =
  | `nas:${string}`
  | `backend:${string}`
  | `sweep:${string}`
  | `catch-up:${string}`
  | `item:${string}`
  | `worker:${'imaging' | 'transfer'}`
  | 'prepare'
  | 'index'
  | 'local'

/** A disk that is full or read-only may be helped at any time: it is tried again this often. That under the catalog is
 *  looked after by itself. */
const PROBE_MS = 15_000
/** From here on nobody should wait for it: the terminal gives up waiting, the window says offline. */
const SETTLED_TRIES = 3

/** Why work waits, and until when. In memory: at the next start everything is tried anew. */
export interface Holds {
  /** Something failed in a way that holds the key: with backoff where it may mend itself, else until lifted. Answers
   *  how often in a row that was. */
  add(key: HoldKey, failure: Failure): number
  /** It works again, or a person asks for another try. */
  lift(key: HoldKey): void
  isHeld(key: HoldKey): boolean
  /** What a person reads, while it is held or being tried again after a failure. */
  view(key: HoldKey): Hold | null
  /** It will not mend by waiting a moment: nothing should block on it. */
  isSettled(key: HoldKey): boolean
  /** Items that are held one by one. */
  heldItemIds(): string[]
  dispose(): void
}

export interface HoldsOptions {
  readonly clock: Clock
  readonly random: () => number
  /** A hold ran out, was lifted or set. */
  readonly onChange: (key: HoldKey) => void
}

export function createHolds({ clock, random, onChange }: HoldsOptions): Holds {
  const entries = new Map<HoldKey, Entry>()

  const arm = (key: HoldKey, entry: Entry): void => {
    if (entry.untilMs === null) return
    // A timer set late in a long turn of the event loop fires early by as much: then the rest is waited for.
    const ring = (): void => (isWaiting(entry, clock) ? arm(key, entry) : onChange(key))
    entry.timer = setTimeout(ring, Math.ceil(entry.untilMs - clock.monotonic()))
  }

  return {
    add(key, failure) {
      const before = entries.get(key)
      const tries = (before?.tries ?? 0) + 1
      const waitMs = waitBeforeRetry(key, failure, tries, random())
      if (before !== undefined && isWaiting(before, clock)) {
        // Of several uploads that fail for the same reason at once, one sets the hold; and one that waits for a person
        // is not tried again because another reason came after it.
        if (before.failure.code === failure.code || (before.untilMs === null && waitMs !== null)) return before.tries
      }
      clearTimeout(before?.timer)
      const untilMs = waitMs === null ? null : clock.monotonic() + waitMs
      const entry: Entry = { failure, tries, untilMs, timer: undefined }
      entries.set(key, entry)
      arm(key, entry)
      onChange(key)
      return tries
    },
    lift(key) {
      const entry = entries.get(key)
      if (entry === undefined) return
      clearTimeout(entry.timer)
      entries.delete(key)
      onChange(key)
    },
    isHeld: (key) => {
      const entry = entries.get(key)
      return entry !== undefined && isWaiting(entry, clock)
    },
    view(key) {
      const entry = entries.get(key)
      if (entry === undefined) return null
      if (key.startsWith('item:')) {
        const inMs = Math.max(0, (entry.untilMs ?? 0) - clock.monotonic())
        return { kind: 'retry-at', inMs, attempt: entry.tries, failure: entry.failure }
      }
      return { kind: holdKind(key, entry.failure), failure: entry.failure }
    },
    isSettled: (key) => {
      const entry = entries.get(key)
      if (entry === undefined) return false
      return entry.untilMs === null || entry.tries >= SETTLED_TRIES || failureClass(entry.failure.code) === 'hold'
    },
    heldItemIds: () =>
      [...entries]
        .filter(([key, entry]) => key.startsWith('item:') && isWaiting(entry, clock))
        .map(([key]) => key.slice(5)),
    dispose() {
      for (const entry of entries.values()) clearTimeout(entry.timer)
      entries.clear()
    },
  }
}

function isWaiting(entry: Entry, clock: Clock): boolean {
  return entry.untilMs === null || clock.monotonic() < entry.untilMs
}

function waitBeforeRetry(key: HoldKey, failure: Failure, tries: number, random: number): number | null {
  if (failure.code === 'nas-full' || failure.code === 'nas-read-only' || key === 'prepare' || key === 'index')
    return PROBE_MS
  if (failureClass(failure.code) !== 'retry') return null
  return backoffMs(tries, random, failure.retryAfterMs)
}

function holdKind(
  key: HoldKey,
  { code }: Failure,
): 'offline' | 'nas-full' | 'nas-setup' | 'needs-sign-in' | 'host-key' | 'backend' | 'local' {
  if (key.startsWith('backend:') || code.startsWith('backend-')) return 'backend'
  switch (code) {
    case 'nas-full':
    case 'nas-read-only':
    case 'nas-quota':
      return 'nas-full'
    case 'needs-sign-in':
    case 'code-wanted':
    case 'password-expired':
    case 'key-unusable':
    case 'key-locked':
      return 'needs-sign-in'
    case 'host-key-changed':
    case 'host-key-unknown':
      return 'host-key'
    case 'no-common-algorithm':
    case 'old-algorithms-only':
    case 'sign-in-slow':
    case 'sftp-off':
    case 'sftp-garbled':
    case 'session-refused':
    case 'folder-missing':
    case 'rename-refused':
    case 'permission-denied':
    case 'remote-conflict':
      return 'nas-setup'
    case 'disk-full':
    case 'disk-failing':
    case 'worker-broken':
    case 'too-many-files':
    case 'configuration':
      return 'local'
    default:
      return 'offline'
  }
}
