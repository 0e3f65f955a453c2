import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'

/** What is killed: one process of the kind. */
export const VICTIMS = ['engine', 'imaging', 'transfer', 'session', 'backend'] as const
export type Victim = (typeof VICTIMS)[number]

/** What is frozen: one process of one session; all of all sessions, as when the NAS hangs; those that write the files, as
 *  when its disk hangs; or the transfer worker. */
export const FROZEN = ['session', 'nas', 'disk', 'transfer'] as const
export type Frozen = (typeof FROZEN)[number]

/** What is waited for before a kill, so that kills fall into the short windows too: nothing, bytes under a temporary
 *  name, so many of them that a cut upload is resumed, a new final name, a chunk of records on its way. */
export const MOMENTS = ['any', 'bytes', 'resumable', 'named', 'recording'] as const
export type Moment = (typeof MOMENTS)[number]

export interface PlannedFreeze {
  readonly what: Frozen
  /** Then it wakes, and does what it had been told before. */
  readonly forMs: number
}

export interface PlannedKill {
  readonly victim: Victim
  readonly moment: Moment
  /** At that moment, before the kill. */
  readonly freeze: PlannedFreeze | null
  /** From the moment to the kill. */
  readonly delayMs: number
  /** Which of several processes of the kind: in [0, 1). */
  readonly which: number
  /** What a person does so long after the kill: cancel the last drop, or pause everything for a moment. */
  readonly afterwards: { readonly act: 'cancel' | 'pause'; readonly afterMs: number } | null
}

/** How often each is drawn. The backend takes seconds to start again. */
const WEIGHTS: readonly (readonly [Victim, number])[] = [
  ['engine', 30],
  ['transfer', 20],
  ['session', 25],
  ['imaging', 15],
  ['backend', 10],
]
const FREEZE_CHANCE = 0.25
const LONGEST_FREEZE_MS = 6_000
/** Sometimes for longer than three keepalives go unanswered. */
const PAST_DEADLINES = { chance: 0.1, ms: 45_000 }
const CANCEL_CHANCE = 0.2
const PAUSE_CHANCE = 0.2
const LONGEST_THOUGHT_MS = 400
const LONGEST_DELAY_MS: Readonly<Record<Moment, number>> = {
  ...{ any: 600, bytes: 40, resumable: 40, named: 40, recording: 25 },
}

/** The kills of a soak, the same for the same seed. */
export function planKills(seed: number, count: number): PlannedKill[] {
  const random = mulberry32(seed)
  return Array.from({ length: count }, () => {
    const moment = MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'any'
    return {
      victim: drawVictim(random() * 100),
      moment,
      freeze: random() < FREEZE_CHANCE ? drawFreeze(random) : null,
      delayMs: Math.round(random() * LONGEST_DELAY_MS[moment]),
      which: random(),
      afterwards: drawAct(random(), random() * LONGEST_THOUGHT_MS),
    }
  })
}

function drawFreeze(random: () => number): PlannedFreeze {
  const what = FROZEN[Math.floor(random() * FROZEN.length)] ?? 'session'
  // The engine waits for its worker however long that sleeps.
  const isLong = what !== 'transfer' && random() < PAST_DEADLINES.chance
  return { what, forMs: isLong ? PAST_DEADLINES.ms : Math.round(random() * LONGEST_FREEZE_MS) }
}

function drawAct(at: number, afterMs: number): PlannedKill['afterwards'] {
  if (at < CANCEL_CHANCE) return { act: 'cancel', afterMs }
  return at < CANCEL_CHANCE + PAUSE_CHANCE ? { act: 'pause', afterMs } : null
}

function drawVictim(at: number): Victim {
  let below = 0
  for (const [victim, weight] of WEIGHTS) {
    below += weight
    if (at < below) return victim
  }
  return 'engine'
}
