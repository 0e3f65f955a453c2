import { EventEmitter } from 'node:events'
import type {
  Display,
  Dialog as ElectronDialog,
  Notification as ElectronNotification,
  NotificationConstructorOptions,
  PowerMonitor,
  PowerSaveBlocker,
  Screen,
  Shell,
} from 'electron'
import type { Journal } from './journal.ts'
import { strict } from './strict.ts'

/** The last argument is the options: the window before them is left out at will. */
type Recorded<Result> = (...args: unknown[]) => Promise<Result>

type DialogMember = 'showErrorBox' | 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox' | 'showMessageBoxSync'

/** Dialogs that nobody sees: they are cancelled. A test that wants another answer replaces the function. */
export function createDialog(journal: Journal) {
  const ask = <Result>(name: string, result: Result): Recorded<Result> => {
    return (...args) => {
      journal.add(`dialog.${name}`, args.at(-1))
      return Promise.resolve(result)
    }
  }
  const dialog = {
    showOpenDialog: ask('showOpenDialog', { canceled: true, filePaths: [] as string[] }),
    showSaveDialog: ask('showSaveDialog', { canceled: true, filePath: '' }),
    showMessageBox: ask('showMessageBox', { response: 0, checkboxChecked: false }),
    showMessageBoxSync: (...args: unknown[]) => {
      journal.add('dialog.showMessageBoxSync', args.at(-1))
      return 0
    },
    showErrorBox: (title: string, content: string) => {
      journal.add('dialog.showErrorBox', { title, content })
      // Electron prints it when there is nothing to show it on.
      console.error(`${title}\n${content}`)
    },
  } satisfies Pick<ElectronDialog, DialogMember>
  return strict('dialog', dialog)
}

/** What would open in other programs is only written down. */
export function createShell(journal: Journal) {
  const shell = {
    openExternal: async (url) => journal.add('shell.openExternal', url),
    openPath: async (path) => {
      journal.add('shell.openPath', path)
      return ''
    },
    showItemInFolder: (path) => journal.add('shell.showItemInFolder', path),
    beep: () => journal.add('shell.beep'),
  } satisfies Pick<Shell, 'openExternal' | 'openPath' | 'showItemInFolder' | 'beep'>
  return strict('shell', shell)
}

export class StandinNotification extends EventEmitter {
  readonly #journal: Journal
  readonly #options: NotificationConstructorOptions

  constructor(journal: Journal, options: NotificationConstructorOptions) {
    super()
    this.#journal = journal
    this.#options = options
  }

  get title(): string {
    return this.#options.title ?? ''
  }

  get body(): string {
    return this.#options.body ?? ''
  }

  show(): void {
    this.#journal.add('notification.show', this.#options)
    this.emit('show', {})
  }

  close(): void {
    this.emit('close', {})
  }
}
strict('Notification', StandinNotification.prototype)
StandinNotification.prototype satisfies Pick<ElectronNotification, 'show' | 'close' | 'title' | 'body'>

/** A computer that never sleeps by itself; a test emits `suspend` and `resume`. */
class StandinPowerMonitor extends EventEmitter {
  isOnBatteryPower = (): boolean => false
  getSystemIdleTime = (): number => 0
}
strict('powerMonitor', StandinPowerMonitor.prototype)

export function createPowerMonitor() {
  return new StandinPowerMonitor() satisfies Pick<PowerMonitor, 'isOnBatteryPower' | 'getSystemIdleTime'>
}

export function createPowerSaveBlocker(journal: Journal) {
  const held = new Set<number>()
  let next = 1
  const blocker = {
    start: (type) => {
      journal.add('powerSaveBlocker.start', type)
      held.add(next)
      return next++
    },
    stop: (id) => {
      journal.add('powerSaveBlocker.stop', id)
      return held.delete(id)
    },
    isStarted: (id) => held.has(id),
  } satisfies PowerSaveBlocker
  return strict('powerSaveBlocker', blocker)
}

/** One screen of 1920 x 1080. */
class StandinScreen extends EventEmitter {
  readonly #display = {
    id: 1,
    bounds: { x: 0, y: 0, width: 1920, height: 1080 },
    workArea: { x: 0, y: 0, width: 1920, height: 1080 },
    workAreaSize: { width: 1920, height: 1080 },
    scaleFactor: 1,
  } as Display

  getPrimaryDisplay = (): Display => this.#display
  getAllDisplays = (): Display[] => [this.#display]
  getDisplayMatching = (): Display => this.#display
}
strict('screen', StandinScreen.prototype)

export function createScreen() {
  return new StandinScreen() satisfies Pick<Screen, 'getPrimaryDisplay' | 'getAllDisplays' | 'getDisplayMatching'>
}
