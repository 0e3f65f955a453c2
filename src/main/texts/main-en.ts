import type { BatchView } from '../../shared/domain/batch.ts'
import { createFormat } from '../../shared/texts/format.ts'
import { enWork } from '../../shared/texts/work-en.ts'

const { count, when } = createFormat('en')
const files = (n: number): string => `${count(n)} ${n === 1 ? 'file' : 'files'}`

/** Everything that main shows to a person, in English. */
export const mainEn = {
  work: enWork,
  tray: {
    open: 'Open Galley',
    pause: 'Pause',
    pauseFor: { halfHour: 'For 30 minutes', twoHours: 'For 2 hours', untilResumed: 'Until resumed' },
    resume: 'Resume',
    retryFailed: (n: number) => `Retry ${files(n)} that failed`,
    settings: 'Settings…',
    quit: 'Quit',
    /** Of a batch that goes on. */
    progress: (done: number, total: number) => `${count(done)} of ${count(total)} done`,
  },
  /** Two drops of one template are told apart by the folder that they came from, and when. `shopName` null: there is one shop. */
  batchName: ({ folderName, templateName, createdAt }: BatchView, shopName: string | null, now: number) =>
    `${shopName === null ? '' : `${shopName} · `}${folderName === '' ? templateName : folderName}, ${when(createdAt, now)}`,
  menu: {
    file: '&File',
    addFiles: 'Add designs…',
    addFolder: 'Add folder…',
    find: 'Find',
    settings: 'Settings…',
    quit: 'Quit Galley',
    edit: '&Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    view: '&View',
    resetZoom: 'Actual size',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fullScreen: 'Full screen',
    help: '&Help',
    keys: 'Keys',
    showLog: 'Show log',
  },
  notices: {
    hidden: (line: string) => ({
      title: 'Galley stays in the tray',
      body: `${line}. Quit is in the tray menu.`,
    }),
    finished: 'finished',
    of: (name: string, news: string) => `${name}: ${news}`,
    failedText: 'Galley shows which, and why. The other files do not wait for them.',
    nothingLost: 'Nothing is lost.',
    quitWithWork: (n: number) => ({
      title: 'Galley has quit',
      body: `${files(n)} not finished yet. ${n === 1 ? 'It goes' : 'They go'} on at the next start; nothing is lost.`,
    }),
  },
  dialogs: {
    pickDesigns: 'Add designs',
    pictures: 'Pictures',
    allFiles: 'All files',
    pickFolder: 'Add a folder of designs',
    pickIdentity: 'Choose a private key file',
    saveReceipt: 'Save receipt',
    receiptName: (id: string) => `galley-receipt-${id}`,
  },
  practiceShop: 'Practice shop',
}

/** What other languages have, too. */
export type MainTexts = typeof mainEn
