import { BrowserWindow } from 'electron'
import type { Log } from '../../shared/worker/log.ts'
import { decideRestart, ENGINE_RESTART_LIMITS } from '../../shared/worker/restart-policy.ts'
import type { Timing } from '../supervisor/supervise.ts'
import { PAGE_URL } from './app-url.ts'
import type { Bounds } from './desktop-state.ts'

export interface MainWindow {
  readonly window: BrowserWindow
  /** Brings it to the front, from wherever it was. */
  show(): void
}

/** Opens the one window. Closing hides it, until `mayClose`. */
export function openMainWindow(options: {
  readonly preload: string
  readonly icon: string
  readonly bounds: Bounds | undefined
  readonly dark: boolean
  readonly log: Log
  readonly timing: Timing
  mayClose(): boolean
  onHidden(bounds: Bounds): void
}): MainWindow {
  const window = new BrowserWindow({
    width: 1100,
    height: 760,
    ...options.bounds,
    minWidth: 720,
    minHeight: 480,
    title: 'Galley',
    icon: options.icon,
    show: false,
    autoHideMenuBar: true,
    // What is seen until the page has drawn.
    backgroundColor: options.dark ? '#16181d' : '#ffffff',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    },
  })
  const crashTimes: number[] = []
  const load = (): void => {
    if (!window.isDestroyed()) void window.loadURL(PAGE_URL)
  }
  const show = (): void => {
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }
  window.once('ready-to-show', show)
  window.on('close', (event) => {
    if (options.mayClose()) return
    event.preventDefault()
    window.hide()
    options.onHidden(window.getBounds())
  })
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    options.log.error('page-gone', { reason, exitCode })
    const now = options.timing.monotonic()
    crashTimes.push(now)
    const decision = decideRestart(crashTimes, now, ENGINE_RESTART_LIMITS)
    // The page holds nothing that the engine does not: it is drawn anew.
    if (decision.kind === 'restart') options.timing.after(decision.afterMs, load)
  })
  load()
  return { window, show }
}
