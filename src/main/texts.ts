import type { BatchView } from '../shared/domain/batch.ts'

const count = new Intl.NumberFormat('en')
const megabytes = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** Below this a speed says nothing to a person. */
const SLOW_BYTES_PER_SECOND = 100_000

const files = (n: number): string => (n === 1 ? '1 file' : `${count.format(n)} files`)

/** Everything that main shows to a person, in one place. */
export const texts = {
  appName: 'Galley',
  tray: {
    open: 'Open Galley',
    pause: 'Pause',
    pauseFor: { halfHour: 'For 30 minutes', twoHours: 'For 2 hours', untilResumed: 'Until resumed' },
    resume: 'Resume',
    retryFailed: (n: number) => `Retry ${files(n)} that failed`,
    settings: 'Settings…',
    quit: 'Quit',
    idle: 'Nothing to do',
    working(n: number, bytesPerSecond: number) {
      if (n === 0) return 'Working'
      if (bytesPerSecond < SLOW_BYTES_PER_SECOND) return `Working on ${files(n)}`
      return `${files(n)} to go, ${megabytes.format(bytesPerSecond / 1e6)} MB/s`
    },
    paused: (n: number) => `Paused, ${files(n)} waiting`,
    needsReview: (n: number) => (n === 1 ? '1 design needs a decision' : `${count.format(n)} designs need a decision`),
    someFailed: (n: number) => `${files(n)} failed`,
    stopped: 'Uploads stopped',
    batch: ({ templateName, counts }: BatchView) => {
      const all = counts.done + counts.skipped + counts.failed + counts.cancelled + counts.review + counts.active
      return `${templateName}: ${count.format(all - counts.active - counts.review)} of ${files(all)}`
    },
  },
  menu: {
    file: '&File',
    addFiles: 'Add designs…',
    addFolder: 'Add folder…',
    find: 'Find',
    settings: 'Settings…',
    quit: 'Quit Galley',
    edit: '&Edit',
    view: '&View',
    help: '&Help',
    keys: 'Keys',
    showLog: 'Show log',
  },
  notices: {
    hidden: {
      title: 'Galley goes on in the background',
      body: 'Find it in the tray. Uploads continue; Quit is in the tray menu.',
    },
    batchEnded: ({ templateName, counts }: BatchView) => ({
      title: `${templateName}: finished`,
      body: [
        `${count.format(counts.done)} uploaded`,
        counts.skipped > 0 ? `${count.format(counts.skipped)} skipped` : null,
        counts.failed > 0 ? `${count.format(counts.failed)} failed` : null,
        counts.cancelled > 0 ? `${count.format(counts.cancelled)} cancelled` : null,
      ]
        .filter((part) => part !== null)
        .join(', '),
    }),
    quitWithWork: (n: number) => ({
      title: 'Galley has quit',
      body: `${files(n)} not finished yet. They go on at the next start; nothing is lost.`,
    }),
    stopped: (reason: string) => ({ title: 'Galley stopped uploading', body: `${reason} Nothing is lost.` }),
  },
  dialogs: {
    pickDesigns: 'Add designs',
    pictures: 'Pictures',
    allFiles: 'All files',
    pickFolder: 'Add a folder of designs',
    pickIdentity: 'Choose a private key file',
    saveReceipt: 'Save receipt',
  },
  practiceShop: { name: 'Practice shop', template: 'UVDTF 16oz' },
} as const
