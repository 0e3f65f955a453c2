import type { HoldKind } from './hold-key.ts'
import type { ItemState } from './item.ts'

/** The stages that are written down. */
export type Stage = ItemState['stage']

/** Stages that are only shown, while a worker has the item, and the one that is written down meanwhile. */
const SHOWN_ONLY = { hashing: 'inspecting', verifying: 'uploading' } as const satisfies Record<string, Stage>

/** What a person sees: a stage, or what a worker is doing at the moment. */
export type ShownStage = Stage | keyof typeof SHOWN_ONLY

/** How far an item has come: to be examined, to be compared, a person is asked, to be sent, on the NAS, or at an end. */
export type Phase = 'new' | 'examined' | 'asked' | 'to-send' | 'stored' | 'ended'

/** What work may have to wait for: what is held, a pause of its batch or of all, the timetable of uploads, or the shop's
 *  library, while it is being read. */
export type Need = Exclude<HoldKind, 'walk'> | 'pause' | 'timetable' | 'library'

type DataAt<S extends Stage> = Omit<Extract<ItemState, { stage: S }>, 'stage'>

/** Stages that carry no other data than `S` does: an item can go from `S` to them without anything being found out. */
type Alike<S extends Stage> = { [T in Stage]: DataAt<S> extends DataAt<T> ? T : never }[Stage]

interface StageFacts<Next extends Stage = Stage> {
  readonly phase: Phase
  /** What it is once a lane takes it up; without it, no lane claims it. */
  readonly claimedTo?: Next
  /** In hand, and what it is again when it is given back. */
  readonly releasedTo?: Next
  /** What its work may have to wait for, beside the disk of this computer; the first that holds it is the reason that a
   *  person reads. Without any, it is in hand and comes to an end by itself. */
  readonly needs?: readonly Need[]
  /** Lanes that may go on once an item comes to it. */
  readonly wakes?: readonly ('examine' | 'match' | 'prepare' | 'transfer' | 'record')[]
  /** Somebody sees it move: it is worked on, or will be in a moment. */
  readonly isMoving?: true
}

/** All there is to know of each stage. */
const STAGES = {
  accepted: {
    phase: 'new',
    claimedTo: 'inspecting',
    needs: ['pause', 'item', 'imaging-worker'],
    // One that is to be read again holds up those behind it no more.
    wakes: ['examine', 'match'],
  },
  inspecting: { phase: 'new', releasedTo: 'accepted', isMoving: true },
  matching: {
    phase: 'examined',
    needs: ['pause', 'item', 'catch-up', 'library', 'index'],
    wakes: ['match'],
    isMoving: true,
  },
  review: { phase: 'asked' },
  ready: {
    phase: 'to-send',
    claimedTo: 'preparing',
    needs: ['pause', 'item', 'prepare', 'imaging-worker'],
    wakes: ['prepare'],
  },
  preparing: { phase: 'to-send', releasedTo: 'ready', isMoving: true },
  waiting: {
    phase: 'to-send',
    claimedTo: 'uploading',
    needs: ['pause', 'timetable', 'item', 'catch-up', 'library', 'transfer-worker', 'nas', 'folder'],
    wakes: ['transfer'],
  },
  uploading: { phase: 'to-send', releasedTo: 'waiting', isMoving: true },
  // Records go to the backend in a pause too.
  stored: { phase: 'stored', claimedTo: 'recording', needs: ['backend'], wakes: ['record'], isMoving: true },
  recording: { phase: 'stored', releasedTo: 'stored', needs: ['backend'], isMoving: true },
  done: { phase: 'ended' },
  skipped: { phase: 'ended' },
  failed: { phase: 'ended' },
  cancelled: { phase: 'ended' },
} as const satisfies { readonly [S in Stage]: StageFacts<Alike<S>> }

const ALL_STAGES = Object.keys(STAGES) as Stage[]

type StageIn<P extends Phase> = { [S in Stage]: (typeof STAGES)[S]['phase'] extends P ? S : never }[Stage]
export type EndStage = StageIn<'ended'>

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

/** The file stands on the NAS: only its record is left to do, and nothing can undo it. */
export function hasStored(state: ItemState): state is Extract<ItemState, { stage: StageIn<'stored'> }> {
  return factsOf(state.stage).phase === 'stored'
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
