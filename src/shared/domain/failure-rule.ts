/** What the queue does about a failure. `permanent`: ends the item. `retry`: tries the item again, alone, and counts that.
 *  `hold`: holds all that would meet the same, and counts it against none. `stopped`: nothing failed, somebody stopped it. */
export type FailureClass = 'permanent' | 'retry' | 'hold' | 'stopped'

/** Whom a failure holds: all of the template's folder on the NAS, all that needs the NAS, the backend, a kind of worker,
 *  or all that is written on this computer. */
export type Held = 'folder' | 'nas' | 'backend' | 'worker' | 'local'

/** How long they wait before one of them tries again: `backoff` soon, then less and less often; `room` for a disk that
 *  somebody may be clearing; `set-up` so seldom that no ban list minds the sign-ins; `turn` every few seconds, as somebody
 *  else is at it; `person` until somebody acts. */
export type Pause = 'backoff' | 'room' | 'set-up' | 'turn' | 'person'

/** What a person reads as the kind of hold. `nas-setup`: the NAS, or a folder there, is set up so that nothing can be
 *  stored. `local`: it is about this computer, or about the file. The most pressing first: what only a person can mend
 *  stands before what mends itself. */
export const HELD_KINDS = ['host-key', 'needs-sign-in', 'nas-setup', 'nas-full', 'local', 'backend', 'offline'] as const
export type HeldKind = (typeof HELD_KINDS)[number]

interface Consequences {
  /** Of the item, or of what its failure holds. */
  readonly pause: Pause
  readonly shown: HeldKind
  /** The work ended under it: a temporary file on the NAS is left as it was, and holds what was sent. After any other
   *  failure it is removed. */
  readonly isCut?: true
  /** What was asked of the NAS may have been done, and only the answer was lost: a rename too. */
  readonly isInDoubt?: true
  /** Said after a look at the NAS: nothing is half done there. */
  readonly isSeen?: true
  /** Trying it again cannot help: by that path nothing that Galley takes will ever be found. */
  readonly isFinal?: true
  /** What was dropped is none of what Galley takes, and no failure that anybody could mend. */
  readonly isNoPicture?: true
  /** What was examined is not what is there now. */
  readonly isOtherFile?: true
}

interface HoldConsequences extends Consequences {
  readonly class: 'hold'
  readonly holds: Held
  /** Nobody knows whose fault it is: the file's own where its folder takes other files meanwhile. */
  readonly mayBeOwn?: true
  /** A NAS that served before may say it while it is started again: the first times it is tried once more soon. */
  readonly mayBeMoment?: true
}

/** What a failure means to the queue. */
export type FailureRule = HoldConsequences | (Consequences & { readonly class: Exclude<FailureClass, 'hold'> })

const hold = (holds: Held, pause: Pause, shown: HeldKind): HoldConsequences => ({ class: 'hold', holds, pause, shown })

export const ends: FailureRule = { class: 'permanent', pause: 'person', shown: 'local' }
export const final: FailureRule = { ...ends, isFinal: true }
export const seen: FailureRule = { ...ends, isSeen: true }
export const stopped: FailureRule = { class: 'stopped', pause: 'person', shown: 'local' }
export const itself: FailureRule = { class: 'retry', pause: 'backoff', shown: 'local' }
/** Another workstation is at it: that is nobody's fault, and not counted. */
export const others: FailureRule = { class: 'retry', pause: 'turn', shown: 'backend' }
export const away = hold('nas', 'backoff', 'offline')
export const signIn = hold('nas', 'person', 'needs-sign-in')
export const identity = hold('nas', 'person', 'host-key')
export const setUp = hold('nas', 'set-up', 'nas-setup')
export const noSession: FailureRule = { ...setUp, mayBeMoment: true }
export const nasFull = hold('nas', 'room', 'nas-full')
/** A file alone may be refused for what its folder is set up to; that then waits alone, and is not counted. */
export const folder: FailureRule = { ...hold('folder', 'set-up', 'nas-setup'), mayBeOwn: true }
export const refused: FailureRule = { ...hold('folder', 'backoff', 'nas-setup'), mayBeOwn: true }
export const cut: FailureRule = { ...away, mayBeOwn: true, isCut: true, isInDoubt: true }
export const backend = hold('backend', 'backoff', 'backend')
export const token = hold('backend', 'person', 'backend')
export const backendIdentity = hold('backend', 'person', 'backend')
export const worker = hold('worker', 'backoff', 'local')
export const local = hold('local', 'person', 'local')
/** A shop that has no NAS, or no backend. */
export const missing = hold('nas', 'person', 'local')

/** What a person reads of a failure. */
interface FailureWords {
  /** What happened. */
  readonly message: string
  /** What to do; says that nothing was lost where that is in doubt. */
  readonly action: string
  /** What to do once it is not tried again by itself, where that is something else. */
  readonly endedAction?: string
}

/** A failure: what it means to the queue, and its words. */
export const row = (
  rule: FailureRule,
  message: string,
  action: string,
  endedAction?: string,
): FailureRule & FailureWords => ({
  ...rule,
  message,
  action,
  ...(endedAction === undefined ? {} : { endedAction }),
})
