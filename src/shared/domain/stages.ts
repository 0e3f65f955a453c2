import type { ItemState } from './item.ts'

/** The stages that are written down. */
export type Stage = ItemState['stage']

/** Stages that are only shown, while a worker has the item, and the one that is written down meanwhile. */
const SHOWN_ONLY = { hashing: 'inspecting', verifying: 'uploading' } as const satisfies Record<string, Stage>

/** What a person sees: a stage, or what a worker is doing at the moment. */
export type ShownStage = Stage | keyof typeof SHOWN_ONLY

/** How far an item has come: to be examined, to be compared, a person is asked, to be sent, on the NAS, or at an end. */
export type Phase = 'new' | 'examined' | 'asked' | 'to-send' | 'stored' | 'ended'

type DataAt<S extends Stage> = Omit<Extract<ItemState, { stage: S }>, 'stage'>

/** Stages that carry no other data than `S` does: an item can go from `S` to them without anything being found out. */
type Alike<S extends Stage> = { [T in Stage]: DataAt<S> extends DataAt<T> ? T : never }[Stage]

interface StageFacts<Next extends Stage = Stage> {
  readonly phase: Phase
  /** What it is once a lane takes it up; without it, no lane claims it. */
  readonly claimedTo?: Next
  /** In hand, and what it is again when it is given back. */
  readonly releasedTo?: Next
  /** Somebody sees it move: it is worked on, or will be in a moment. */
  readonly isMoving?: true
}

/** All there is to know of each stage. */
const STAGES = {
  accepted: { phase: 'new', claimedTo: 'inspecting' },
  inspecting: { phase: 'new', releasedTo: 'accepted', isMoving: true },
  matching: { phase: 'examined', isMoving: true },
  review: { phase: 'asked' },
  ready: { phase: 'to-send', claimedTo: 'preparing' },
  preparing: { phase: 'to-send', releasedTo: 'ready', isMoving: true },
  waiting: { phase: 'to-send', claimedTo: 'uploading' },
  uploading: { phase: 'to-send', releasedTo: 'waiting', isMoving: true },
  stored: { phase: 'stored', claimedTo: 'recording', isMoving: true },
  recording: { phase: 'stored', releasedTo: 'stored', isMoving: true },
  done: { phase: 'ended' },
  skipped: { phase: 'ended' },
  failed: { phase: 'ended' },
  cancelled: { phase: 'ended' },
} as const satisfies { readonly [S in Stage]: StageFacts<Alike<S>> }

const ALL_STAGES = Object.keys(STAGES) as Stage[]

export type EndStage = { [S in Stage]: (typeof STAGES)[S]['phase'] extends 'ended' ? S : never }[Stage]

/** What holds for the stage; for one that is only shown, what holds for the one that is written down. */
export function factsOf(stage: ShownStage): StageFacts {
  return STAGES[isShownOnly(stage) ? SHOWN_ONLY[stage] : stage]
}

/** The stages of which that is true. */
export function stagesWhere(isMeant: (facts: StageFacts) => boolean): readonly Stage[] {
  return ALL_STAGES.filter((stage) => isMeant(STAGES[stage]))
}

export function isEnded(stage: ShownStage): stage is EndStage {
  return factsOf(stage).phase === 'ended'
}

/** May it move without a person saying something? */
export function isActive(stage: ShownStage): boolean {
  const { phase } = factsOf(stage)
  return phase !== 'ended' && phase !== 'asked'
}

/** Matched, and not on the NAS yet: to be prepared or sent, or a process is just doing that. */
export function isSending(stage: ShownStage): boolean {
  return factsOf(stage).phase === 'to-send'
}

/** Matched, and no process works on it yet: to be prepared, or to be sent. */
export function isToSend(stage: ShownStage): boolean {
  return isSending(stage) && !isInHand(stage)
}

/** Claimed: a process works on it, or one that is dead by now did. */
export function isInHand(stage: ShownStage): boolean {
  return factsOf(stage).releasedTo !== undefined
}

function isShownOnly(stage: ShownStage): stage is keyof typeof SHOWN_ONLY {
  return stage in SHOWN_ONLY
}
