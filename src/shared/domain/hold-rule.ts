import { FAILURES, type FailureCode, type PassingCode } from './failure.ts'
import type { Hold } from './item.ts'

/** Whom a failure stops: the item that met it, all of its template's folder on the NAS, all that needs the NAS, the
 *  backend, a kind of worker, or all that is written on this computer. */
export type Held = 'item' | 'folder' | 'nas' | 'backend' | 'worker' | 'local'

/** How long they wait before one of them tries again: `backoff` soon, then less and less often; `room` for a disk that
 *  somebody may be clearing; `set-up` so seldom that no ban list minds the sign-ins; `person` until somebody acts. */
export type Pause = 'backoff' | 'room' | 'set-up' | 'person'

/** What a passing failure means for those that did not meet it. */
export interface HoldRule {
  readonly holds: Held
  readonly pause: Pause
  /** How the window and the terminal call it. */
  readonly shown: Exclude<Hold['kind'], 'paused' | 'scheduled' | 'retry-at'>
  /** Nobody knows whose fault it is: the item's only if its folder takes other files meanwhile. */
  readonly isUnexplained?: true
  /** A NAS that served before may say it while it is started again: the first time it is tried once more soon. */
  readonly mayBeMoment?: true
}

const itself: HoldRule = { holds: 'item', pause: 'backoff', shown: 'local' }
const away: HoldRule = { holds: 'nas', pause: 'backoff', shown: 'offline' }
const signIn: HoldRule = { holds: 'nas', pause: 'person', shown: 'needs-sign-in' }
const identity: HoldRule = { holds: 'nas', pause: 'person', shown: 'host-key' }
const setUp: HoldRule = { holds: 'nas', pause: 'set-up', shown: 'nas-setup' }
const noSession: HoldRule = { ...setUp, mayBeMoment: true }
const folder: HoldRule = { holds: 'folder', pause: 'set-up', shown: 'nas-setup' }
const refused: HoldRule = { holds: 'folder', pause: 'backoff', shown: 'nas-setup', isUnexplained: true }
const backend: HoldRule = { holds: 'backend', pause: 'backoff', shown: 'backend' }
const worker: HoldRule = { holds: 'worker', pause: 'backoff', shown: 'local' }
const local: HoldRule = { holds: 'local', pause: 'person', shown: 'local' }

/** Every failure after which something waits, and what it means. */
const HOLD_RULES: Readonly<Record<PassingCode, HoldRule>> = {
  'source-changed': itself,
  'source-busy': itself,
  'nas-unreachable': away,
  'nas-busy': away,
  'connection-lost': { ...away, isUnexplained: true },
  'nas-timeout': { ...away, isUnexplained: true },
  'host-key-unknown': identity,
  'host-key-changed': identity,
  'needs-sign-in': signIn,
  'code-wanted': signIn,
  'password-expired': signIn,
  'key-unusable': signIn,
  'key-locked': signIn,
  'no-common-algorithm': setUp,
  'old-algorithms-only': setUp,
  'sign-in-slow': noSession,
  'sftp-off': noSession,
  'sftp-garbled': noSession,
  'session-refused': noSession,
  'folder-missing': setUp,
  'nas-full': { holds: 'nas', pause: 'room', shown: 'nas-full' },
  'nas-quota': setUp,
  'nas-read-only': setUp,
  'permission-denied': folder,
  'rename-refused': folder,
  'remote-conflict': folder,
  'verification-failed': refused,
  'nas-failure': refused,
  'backend-unreachable': backend,
  'backend-busy': backend,
  'backend-token': { ...backend, pause: 'person' },
  'disk-full': local,
  'disk-failing': local,
  'too-many-files': worker,
  'worker-broken': worker,
  'worker-gone': itself,
}

/** What the failure means for others; null for one that ends its item and concerns nobody else. */
export function holdRuleOf(code: FailureCode): HoldRule | null {
  return isPassing(code) ? HOLD_RULES[code] : null
}

function isPassing(code: FailureCode): code is PassingCode {
  return FAILURES[code].class !== 'permanent'
}
