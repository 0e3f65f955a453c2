import type { BatchView } from '../domain/batch.ts'
import type { Failure } from '../domain/failure.ts'
import type { HeldKind } from '../domain/failure-rule.ts'
import { createFormat } from './format.ts'

const { count, duration, rate, timeOfDay, when } = createFormat('en')
const files = (n: number): string => `${count(n)} ${n === 1 ? 'file' : 'files'}`

/** The words for how the work stands, in English: the same in the window, the tray and notices. */
export const enWork = {
  starting: 'Starting…',
  restarting: 'Starting again…',
  stopped: 'Uploads stopped',
  paused: (until: string | null) => (until === null ? 'Paused' : `Paused until ${timeOfDay(until)}`),
  scanning: 'Looking for designs…',
  working: 'Working…',
  asking: 'Waiting for you',
  idle: 'Nothing to do',
  /** Why files are held, in two words. */
  held: {
    offline: 'NAS offline',
    'nas-full': 'NAS full',
    'nas-setup': 'NAS refuses',
    'needs-sign-in': 'Needs sign-in',
    'host-key': 'Identity changed',
    backend: 'Backend waits',
    local: 'Held back',
  } satisfies Record<HeldKind, string>,
  library: 'Reading the library',
  /** Of designs; null when the backend does not say how many there are. */
  readingLibrary: (read: number, total: number | null) =>
    total === null
      ? `Reading the shop's library: ${count(read)}`
      : `Reading the shop's library: ${count(read)} of ${count(total)}`,
  libraryAway: "The shop's records cannot be read now.",
  libraryAwayText: 'What you drop is compared with the designs that are known on this computer.',
  unknownNas: 'NAS not known',
  notSetUp: 'Not set up',
  rate,
  toGo: (n: number) => `${files(n)} to go`,
  waiting: (n: number) => (n === 1 ? '1 file is waiting' : `${count(n)} files are waiting`),
  nextTry: (at: number, now: number) => (at <= now ? 'trying now' : `next try at ${when(at, now)}`),
  left: (ms: number) => `about ${duration(ms)} left`,
  failed: (n: number) => `${files(n)} failed`,
  toDecide: (n: number) => (n === 1 ? '1 design needs a decision' : `${count(n)} designs need a decision`),
  /** What became of a batch's files. */
  outcome: ({ done, skipped, failed, cancelled, review }: Omit<BatchView['counts'], 'active'>): string => {
    const parts = [
      done > 0 && `${count(done)} uploaded`,
      skipped > 0 && `${count(skipped)} skipped`,
      failed > 0 && `${count(failed)} failed`,
      cancelled > 0 && `${count(cancelled)} cancelled`,
      review > 0 && `${count(review)} to review`,
    ].filter((part) => part !== false)
    return parts.length === 0 ? 'No designs found' : parts.join(' · ')
  },
  allKnown: (n: number) =>
    n === 1 ? 'The design is already in the library' : `All ${count(n)} designs are already in the library`,
  /** What happened and what to do, in this language; a failure brings its English words with it. */
  failure: ({ message, action }: Failure): Pick<Failure, 'message' | 'action'> => ({ message, action }),
}

/** What other languages have, too. */
export type WorkTexts = typeof enWork
