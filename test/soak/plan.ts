import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'

/** What is killed: one process of the kind. */
export const VICTIMS = ['engine', 'imaging', 'transfer', 'session', 'backend'] as const
export type Victim = (typeof VICTIMS)[number]

/** What is waited for before a kill, so that kills fall into the short windows too: nothing, bytes under a temporary
 *  name, a new final name, a chunk of records on its way. */
export const MOMENTS = ['any', 'bytes', 'named', 'recording'] as const
export type Moment = (typeof MOMENTS)[number]

export interface PlannedKill {
  readonly victim: Victim
  readonly moment: Moment
  /** After the moment has come. */
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
const CANCEL_CHANCE = 0.2
const PAUSE_CHANCE = 0.2
const LONGEST_THOUGHT_MS = 400
const LONGEST_DELAY_MS: Readonly<Record<Moment, number>> = { any: 600, bytes: 40, named: 40, recording: 25 }

/** The kills of a soak, the same for the same seed. */
export function planKills(seed: number, count: number): PlannedKill[] {
  const random = mulberry32(seed)
  return Array.from({ length: count }, () => {
    const moment = MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'any'
    return {
      victim: drawVictim(random() * 100),
      moment,
      delayMs: Math.round(random() * LONGEST_DELAY_MS[moment]),
      which: random(),
      afterwards: drawAct(random(), random() * LONGEST_THOUGHT_MS),
    }
  })
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
