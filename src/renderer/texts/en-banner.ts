import { createFormat } from '../../shared/texts/format.ts'
import type { SettingsPlace } from '../stores/settings-places.ts'

const { count } = createFormat('en')
const wait = (n: number): string => (n === 1 ? '1 file is waiting' : `${count(n)} files are waiting`)

/** The words of the banners above every screen, in English. */
export const enBanner = {
  starting: 'Starting…',
  restarting: 'The engine is starting again.',
  restartingAction: 'Nothing was lost. Uploads go on by themselves in a moment.',
  code: {
    label: 'One-time code',
    signIn: 'Sign in',
    signingIn: 'Signing in…',
  },
  restored: (n: number) => `Going on with ${n === 1 ? '1 upload' : `${count(n)} uploads`} from the last time.`,
  restoredText: 'Nothing was lost.',
  pause: 'Pause',
  discard: 'Discard…',
  close: 'Close',
  rebuilt: (when: string | null) =>
    when === null
      ? 'The catalog was damaged, and a new one begins.'
      : `The catalog was damaged and was made again from its copy of ${when}.`,
  rebuiltText: (when: string | null, keptIn: string) =>
    `${when === null ? 'Set up the shop again, by the same names, and drop again what you dropped.' : 'Drop again what you dropped since then.'} What is stored already is known from the backend and the NAS, and is not sent twice. The damaged one is kept in ${keptIn}.`,
  recordsKept: 'The records on this computer did not open.',
  recordsKeptText: (keptIn: string) =>
    `They are filled again from what Galley knows. What did not open is kept in ${keptIn}. Nothing is lost.`,
  understood: 'Got it',
  stopped: 'The engine stopped.',
  stoppedText: 'Nothing is lost.',
  startAgain: 'Start it again',
  /** How many wait for the reason of the title, and how many more for others of its kind; what to do follows. */
  waiting: (n: number, others: number) =>
    `${wait(n)}${others === 0 ? '' : `, ${count(others)} more for other reasons`}.`,
  libraryText: 'Designs wait until it is known which the shop has.',
  tryNow: 'Try now',
  /** What the button does that leads to where it is mended. */
  leads: {
    host: 'Set up the NAS',
    folder: 'Choose a folder',
    identity: 'Compare identities',
    'sign-in': 'Check the sign-in',
    'key-file': 'Choose a key',
    passphrase: 'Give the passphrase',
    'old-algorithms': 'Open settings',
    backend: 'Set up the backend',
    'backend-identity': 'Compare identities',
    token: 'Give a new token',
    pairing: 'Pair again',
    template: 'Make a template',
  } satisfies Record<SettingsPlace, string>,
  place: {
    ask: 'Say what it is…',
    title: 'What folder is this?',
    text: (root: string) =>
      `Galley knows the folders of the shop's designs by a mark in each, and ${root} on the NAS has none of theirs.`,
    itIs: 'It is',
    same: (name: string) => `${name}, and its mark was lost`,
    further: 'one more folder of the shop',
    yes: 'Upload there',
    no: 'Cancel',
  },
  resend: {
    ask: 'Send it all…',
    sending: 'Sending…',
    title: 'Send this backend all of the past?',
    text: (shop: string, answersAs: string | null) =>
      [
        answersAs === null ? '' : `It answers as ${answersAs}. `,
        `All that this computer knows of ${shop} goes there: designs, decisions, names on the NAS. `,
        "If it is another shop's, they will stand among that shop's. This cannot be taken back.",
      ].join(''),
    yes: 'Send it all',
    no: 'Not now',
  },
  templateDiffers: (name: string) => `The template ${name} is not as the shop's.`,
  templateDiffersText: 'Say which of the two holds. Until then uploads go on with the one of this computer.',
  compare: 'Compare',
  notReady: 'This shop is not fully set up.',
  notReadyAction: 'Give it a NAS and a template, then uploads can start.',
  secretsNotKept: 'This system has no key store: passwords last until Galley quits.',
}
