import type { Priority } from '../../shared/domain/batch.ts'
import type { Hold } from '../../shared/domain/item.ts'
import type { Match } from '../../shared/domain/match.ts'
import type { Preflight, PreflightWarning } from '../../shared/domain/preflight.ts'
import type { SpeedLimit } from '../../shared/domain/speed-limit.ts'
import type { ShownStage } from '../../shared/domain/stages.ts'
import { sayInEnglish } from '../../shared/texts/details-en.ts'
import { createFormat } from '../../shared/texts/format.ts'
import { enWork } from '../../shared/texts/work-en.ts'
import type { Filter } from '../stores/filters.ts'
import type { Screen } from '../stores/window-slice.ts'
import { enBanner } from './en-banner.ts'
import { enReview } from './en-review.ts'
import { enSetup } from './en-setup.ts'

const { count, factor, limit: rate, timeOfDay, when } = createFormat('en')
/** Below it seconds are told. */
const MINUTE_MS = 60_000
const files = (n: number): string => `${count(n)} ${n === 1 ? 'file' : 'files'}`
const designs = (n: number): string => `${count(n)} ${n === 1 ? 'design' : 'designs'}`
const batches = (n: number): string => `${count(n)} ${n === 1 ? 'batch' : 'batches'}`

const limit = ({ bytesPerSecond, until }: SpeedLimit): string => {
  const end = until === null ? '' : ` until ${timeOfDay(until)}`
  if (bytesPerSecond === null) return `Full speed${end}`
  return bytesPerSecond === 0 ? `Paused${end}` : `Limited to ${rate(bytesPerSecond)}${end}`
}

const COLOUR_SPACES: Readonly<Record<string, string>> = {
  ...{ srgb: 'sRGB', rgb16: 'RGB, 16 bits', cmyk: 'CMYK' },
  ...{ 'b-w': 'Grey', grey16: 'Grey, 16 bits' },
}

/** Every word that the window says, in English. Other languages have the same keys: see `Texts`. */
export const en = {
  language: 'en',
  files,
  designs,
  limit,
  close: 'Close',
  back: 'Back',
  save: 'Save',
  failure: enWork.failure,
  /** The particulars of a failure. */
  detail: sayInEnglish,
  work: enWork,

  broken: {
    title: 'This window met a fault',
    text: 'Nothing is lost: uploads go on without it. Reload the window to see them again.',
    reload: 'Reload the window',
  },

  nav: {
    label: 'Screens',
    screens: {
      uploads: 'Uploads',
      review: 'Review',
      activity: 'Activity',
      settings: 'Settings',
    } satisfies Record<Screen, string>,
    shop: 'Shop',
    template: 'Upload as',
    otherShops: 'Other shops at work',
    addShop: 'Set up a shop…',
    pauseAll: 'Pause all',
    resumeAll: 'Resume all',
    showFailed: 'Show what failed',
    keys: 'Keyboard shortcuts',
  },

  banner: enBanner,

  drop: {
    title: 'Drop designs or folders here',
    text: 'PNG, JPEG, WebP, TIFF, GIF and AVIF. Each is checked for duplicates, then uploaded and verified.',
    browseFiles: 'Browse files',
    browseFolder: 'Browse folder',
    add: 'Add designs',
    addFolder: 'Add folder',
    more: 'Drop more designs anywhere in this window.',
    overlay: 'Drop to upload',
    overlayTo: (shop: string, template: string) => `to ${shop} as ${template}`,
    goesTo: (shop: string, template: string) => `They go to ${shop} as ${template}.`,
    notTaken: 'Nothing was taken.',
    notTakenAction: {
      'set-up': 'Finish setting up this shop first, then drop again.',
      starting: 'Galley is still starting: drop again in a moment.',
    },
    nothingOnDisk: 'Nothing there that lies on this computer.',
    nothingOnDiskAction: 'Save the picture as a file first, then drop it.',
  },

  list: {
    label: 'Uploads',
    filterLabel: 'Show',
    filters: {
      all: 'All',
      review: 'Needs review',
      toGo: 'To go',
      done: 'Done',
      warned: 'Warnings',
      skipped: 'Skipped',
      failed: 'Failed',
      cancelled: 'Cancelled',
    } satisfies Record<Filter, string>,
    search: 'Find by name',
    clearEnded: 'Clear ended',
    clear: {
      title: 'Clear failures too?',
      text: (n: number) =>
        `${files(n)} failed and ${n === 1 ? 'is' : 'are'} not on the NAS. Cleared, the list tells you of ${n === 1 ? 'it' : 'them'} no more.`,
      none: 'Keep all',
      others: 'Clear the others',
      all: 'Clear all',
    },
    nothing: {
      all: 'No file has that name',
      review: 'Nothing needs review',
      toGo: 'Nothing is to go',
      done: 'Nothing is done yet',
      warned: 'Nothing is warned of',
      skipped: 'Nothing was skipped',
      failed: 'Nothing failed',
      cancelled: 'Nothing was cancelled',
    } satisfies Record<Filter, string>,
    showAll: 'Show all',
    loading: 'Reading the files…',
    noPictures: (n: number) =>
      `${files(n)} ${n === 1 ? 'is no picture' : 'are no pictures'} that Galley takes: PNG, JPEG, WebP, TIFF, GIF or AVIF.`,
  },

  batch: {
    title: (n: number, template: string) => `${designs(n)} · ${template}`,
    scanning: (n: number) => (n === 0 ? 'Looking for designs…' : `Looking for designs… ${count(n)} found`),
    progress: (done: number, total: number) => `${count(done)} of ${count(total)} done`,
    left: enWork.left,
    paused: 'Paused',
    open: 'Show files',
    shut: 'Hide files',
    pause: 'Pause',
    resume: 'Resume',
    cancel: 'Cancel',
    priority: 'Priority',
    hasPriority: {
      high: 'High priority',
      normal: 'Normal priority',
      low: 'Low priority',
    } satisfies Record<Priority, string>,
    failed: (n: number) => `${count(n)} failed`,
    toReview: (n: number) => `${count(n)} to review`,
    warned: (n: number) => `${count(n)} with ${n === 1 ? 'a warning' : 'warnings'}`,
    skipped: (n: number) => `${count(n)} skipped`,
    cancelled: (n: number) => `${count(n)} cancelled`,
    retryFailed: (n: number) => `Retry ${count(n)} failed`,
    ignored: (n: number) => `${count(n)} system ${n === 1 ? 'file' : 'files'} ignored`,
    linksOut: (n: number) => `${count(n)} ${n === 1 ? 'link leads' : 'links lead'} elsewhere`,
    takeLinks: (n: number) => `Follow ${count(n)} ${n === 1 ? 'link' : 'links'}`,
    retryCancelled: (n: number) => `Retry ${count(n)} cancelled`,
    receipt: 'Receipt',
    receiptCsv: 'Save receipt as CSV',
    receiptJson: 'Save receipt as JSON',
    outcome: enWork.outcome,
    allKnown: enWork.allKnown,
    confirmCancel: {
      title: (n: number) => (n === 1 ? 'Cancel this batch?' : `Cancel ${batches(n)}?`),
      text: (n: number) => `${files(n)} will not be uploaded. What is already on the NAS stays there.`,
      yes: (n: number) => (n === 1 ? 'Cancel batch' : `Cancel ${batches(n)}`),
      no: 'Keep uploading',
    },
  },

  stages: {
    accepted: 'Queued',
    inspecting: 'Inspecting',
    hashing: 'Hashing',
    matching: 'Comparing',
    review: 'Needs review',
    ready: 'To prepare',
    preparing: 'Preparing',
    waiting: 'Waiting',
    uploading: 'Uploading',
    verifying: 'Verifying',
    stored: 'On the NAS',
    recording: 'Recording',
    done: 'Done',
    skipped: 'Skipped',
    failed: 'Failed',
    cancelled: 'Cancelled',
  } satisfies Record<ShownStage, string>,

  holds: {
    ...enWork.held,
    paused: 'Paused',
    twin: 'Waits for its twin',
    elsewhere: 'Sent elsewhere',
    library: enWork.library,
    scheduled: (until: string | null) => limit({ bytesPerSecond: 0, until }),
    'retry-at': (attempt: number) => `Trying again (${attempt})`,
  } satisfies Record<Hold['kind'], ((attempt: number) => string) | ((until: string | null) => string) | string>,

  item: {
    nextTry: (at: number, now: number): string => {
      if (at <= now) return 'Trying now.'
      return at - now < MINUTE_MS ? `Next try in ${Math.ceil((at - now) / 1000)} s.` : `Next try at ${when(at, now)}.`
    },
    pixels: (width: number, height: number) => `${width} × ${height} px`,
    like: ({ kind, fileName }: Match): string =>
      ({
        exact: `Same file as ${fileName}`,
        'same-picture': `Same picture as ${fileName}, in another file`,
        'same-artwork': `Same picture as ${fileName}, elsewhere on its canvas`,
        near: `Same artwork as ${fileName}, resized or re-saved`,
        recoloured: `Another colour of ${fileName}`,
        similar: `Similar to ${fileName}`,
      })[kind],
    skippedBefore: (name: string) => `Skipped before, as it looks like ${name}`,
    details: 'Details',
    retry: 'Retry',
    remove: 'Cancel',
  },

  details: {
    title: 'Details',
    size: 'Size',
    pixels: 'Pixels',
    format: 'Format',
    source: 'Dropped from',
    where: 'On the NAS',
    notStored: 'Not yet stored',
    replaced: 'Replaced',
    keptUntil: (when: string) => `Its file is kept until ${when}: until then this can be undone`,
    undoReplaced: 'Bring that file back',
    notKept: 'Its file is not kept: this cannot be undone',
    matches: 'Looks like',
    print: 'In print',
    dpi: (dpi: number) => `${count(dpi)} dpi`,
    margin: 'Margin',
    marginShare: (share: string) => `${share} of the area is transparent`,
    colours: 'Colours',
    colourSpace: (name: string): string => COLOUR_SPACES[name] ?? name.toUpperCase(),
    profile: 'with a profile',
    copy: 'Copy details',
    takeOver: 'Send it from here',
    nothing: 'Choose a file to see its details.',
  },

  preflight: {
    title: 'Before you print',
    warnings: {
      'low-dpi': ({ effectiveDpi }: Preflight): string => `Only ${count(effectiveDpi)} dpi in print`,
      enlarged: ({ enlargement }: Preflight): string => `Enlarged ${factor(enlargement)} times`,
      opaque: (): string => 'No transparency: the ground is printed too',
      blank: (): string => 'Blank: nothing of it shows in print',
      pages: (): string => 'Several pages or frames: only the first counts',
      cmyk: (): string => 'CMYK: colours may shift',
      'extra-channels': (): string => 'Its spot inks or saved selections are not printed',
    } satisfies Record<PreflightWarning, (preflight: Preflight) => string>,
    short: {
      'low-dpi': ({ effectiveDpi }: Preflight): string => `${count(effectiveDpi)} dpi`,
      enlarged: ({ enlargement }: Preflight): string => `enlarged ${factor(enlargement)} times`,
      opaque: (): string => 'not transparent',
      blank: (): string => 'blank',
      pages: (): string => 'several pages',
      cmyk: (): string => 'CMYK',
      'extra-channels': (): string => 'spot inks left out',
    } satisfies Record<PreflightWarning, (preflight: Preflight) => string>,
  },

  ...enReview,

  activity: {
    title: 'Activity',
    throughput: 'Throughput',
    throughputText: 'To the NAS, last two minutes',
    moving: 'Files under way',
    outbox: 'Records to confirm',
    outboxText: 'Kept here until the backend has them',
    library: 'Designs known',
    libraryText: 'Compared with every drop',
    processes: 'Processes',
    process: 'Process',
    pid: 'PID',
    memory: 'Memory',
    peak: 'Peak',
    delay: 'Event-loop delay',
    delayHint: '99th percentile since the last reading',
    restarts: 'Restarts',
    engine: 'Engine',
    main: 'Main process',
    kinds: (kind: string) =>
      kind === 'imaging'
        ? 'Imaging worker'
        : kind === 'transfer'
          ? 'Transfer worker'
          : kind === 'records'
            ? 'Record service'
            : kind,
    noAnswer: 'The engine does not answer.',
    openLog: 'Show log',
    openData: 'Open data folder',
    fastest: (rate: string) => `fastest ${rate}`,
    ago: (minutes: number) => `${minutes} min ago`,
    now: 'now',
    chart: (rate: string, fastest: string) => `Throughput now ${rate}, fastest ${fastest}`,
  },

  ...enSetup,

  keys: {
    /** A shortcut as it stands on the keyboards of the language. */
    press: (shortcut: string): string => shortcut,
    title: 'Keyboard shortcuts',
    groups: { add: 'Add', list: 'Uploads', review: 'Review', window: 'Window' },
    addFiles: 'Add designs',
    addFolder: 'Add a folder',
    paste: 'Paste copied files',
    find: 'Find by name',
    move: 'Move through the list',
    fold: 'Hide or show a batch’s files',
    details: 'Details',
    pause: 'Pause or resume the batch',
    retry: 'Retry what failed',
    remove: 'Cancel the file or batch',
    flip: 'Previous or next file of the group',
    leaveOut: 'Leave the file out of its group',
    slider: 'Pictures one on the other',
    undo: 'Take back the last decision, cancel or clearing',
    mark: 'Select',
    markAll: 'Select all',
    screens: 'Go to a screen',
    settings: 'Settings',
    help: 'This overview',
    close: 'Close',
  },

  milestones: {
    accepted: (n: number, template: string) => `${designs(n)} accepted as ${template}.`,
    ended: (outcome: string) => `Batch ended: ${outcome}.`,
    review: (n: number) => (n === 1 ? '1 design needs review.' : `${count(n)} designs need review.`),
  },

  notices: {
    saved: 'Saved',
    recordsMoved: (n: number) =>
      n === 1
        ? 'The backend has the record of this computer now.'
        : `The backend has all ${count(n)} records of this computer now.`,
    recordsStay: (keptIn: string) => `What this computer kept stays in ${keptIn}, until you remove it.`,
    paired: (shop: string) => `This computer is a workstation of ${shop} now.`,
    resent: (n: number) =>
      n === 0
        ? 'The backend lacked nothing.'
        : `Sent ${count(n)} ${n === 1 ? 'record' : 'records'} that the backend lacked.`,
    changedElsewhere: 'Changed elsewhere meanwhile.',
    changedElsewhereAction: 'Nothing was saved. Look at what stands there now, then save again.',
    receiptSaved: 'Receipt saved',
    undo: 'Undo',
    decided: (word: string, n: number) => `${word}: ${files(n)}`,
    cancelled: (n: number) => (n === 0 ? 'Too late to cancel: on the NAS already.' : `Cancelled: ${files(n)}`),
    uncancelled: (n: number) => `${files(n)} ${n === 1 ? 'goes' : 'go'} on.`,
    cleared: (n: number) => `Cleared: ${batches(n)}`,
    uncleared: (n: number) => `${batches(n)} back in the list.`,
    undone: (reopened: number, kept: number): string => {
      const back = reopened > 0 ? [`${files(reopened)} back in review.`] : []
      return [
        ...back,
        ...(kept > 0 ? [`${files(kept)} stayed, on the NAS already: only what was remembered is taken back.`] : []),
      ].join(' ')
    },
  },
}

/** The catalog's shape; a language that lacks a key does not compile. */
export type Texts = typeof en
