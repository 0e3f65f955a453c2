import type { BrowserWindowConstructorOptions, ForkOptions, NotificationConstructorOptions } from 'electron'
import type { App } from './app.ts'
import { StandinWindow, type WindowHost } from './browser-window.ts'
import type { Chromium } from './chromium.ts'
import {
  createDialog,
  createPowerMonitor,
  createPowerSaveBlocker,
  createScreen,
  createShell,
  StandinNotification,
} from './desktop.ts'
import { IpcMain } from './ipc-main.ts'
import type { Journal } from './journal.ts'
import { nativeImage } from './native-image.ts'
import { NativeTheme } from './native-theme.ts'
import { MessageChannelMain } from './ports.ts'
import { createSafeStorage } from './safe-storage.ts'
import { Schemes } from './schemes.ts'
import { StandinSession } from './session.ts'
import { strict } from './strict.ts'
import { openTargets } from './targets.ts'
import { Menu, MenuItem, StandinTray } from './tray-menu.ts'
import { UtilityProcess } from './utility-process.ts'
import type { WebContents } from './web-contents.ts'

export interface ElectronOptions {
  readonly app: App
  readonly chromium: Promise<Chromium>
  readonly journal: Journal
  readonly env: NodeJS.ProcessEnv
}

/** The `electron` module of one main process. */
export function createElectron({ app, chromium, journal, env }: ElectronOptions) {
  const windows = new Set<StandinWindow>()
  let nextWindowId = 1
  let applicationMenu: Menu | null = null
  const defaultSession = new StandinSession()
  const protocol = new Schemes(() => app.isReady())
  const ipcMain = new IpcMain()
  const nativeTheme = new NativeTheme()
  const assertReady = (message: string): void => {
    if (!app.isReady()) throw new Error(message)
  }
  const host: WindowHost = {
    chromium,
    ipcMain,
    schemes: protocol,
    session: defaultSession,
    nativeTheme,
    journal,
    windows,
    openTarget: openTargets(chromium),
    nextWindowId: () => nextWindowId++,
    assertReady,
    onAllClosed: () => app.onAllWindowsClosed(),
  }

  class BrowserWindow extends StandinWindow {
    constructor(options: BrowserWindowConstructorOptions = {}) {
      super(host, options)
      app.windows.add(this)
      this.once('closed', () => app.windows.delete(this))
      app.emit('web-contents-created', {}, this.webContents)
      app.emit('browser-window-created', {}, this)
    }

    static getAllWindows = (): StandinWindow[] => [...windows]
    static getFocusedWindow = (): StandinWindow | null => [...windows].find((window) => window.isFocused()) ?? null
    static fromId = (id: number): StandinWindow | null => [...windows].find((window) => window.id === id) ?? null
    static fromWebContents = (contents: WebContents): StandinWindow | null =>
      [...windows].find((window) => window.webContents === contents) ?? null
  }

  class Tray extends StandinTray {
    constructor(_image: unknown) {
      assertReady('Cannot create Tray before app is ready')
      super(journal)
    }
  }

  class Notification extends StandinNotification {
    constructor(options: NotificationConstructorOptions = {}) {
      super(journal, options)
    }

    static isSupported = (): boolean => true
  }

  class ApplicationMenu extends Menu {
    static setApplicationMenu(menu: Menu | null): void {
      applicationMenu = menu
    }

    static getApplicationMenu = (): Menu | null => applicationMenu
  }

  const allContents = (): WebContents[] => [...windows].map((window) => window.webContents)
  return {
    app,
    BrowserWindow: strict('BrowserWindow', BrowserWindow),
    dialog: createDialog(journal),
    ipcMain,
    Menu: strict('Menu', ApplicationMenu),
    MenuItem,
    MessageChannelMain,
    nativeImage,
    nativeTheme,
    net: strict('net', { fetch: globalThis.fetch, isOnline: () => true }),
    Notification: strict('Notification', Notification),
    powerMonitor: createPowerMonitor(),
    powerSaveBlocker: createPowerSaveBlocker(journal),
    protocol,
    safeStorage: createSafeStorage(env.STANDIN_KEYRING !== 'none', () => app.isReady()),
    screen: createScreen(),
    session: strict('session', { defaultSession }),
    shell: createShell(journal),
    Tray: strict('Tray', Tray),
    utilityProcess: strict('utilityProcess', {
      fork(modulePath: string, args: readonly string[] = [], options: ForkOptions = {}): UtilityProcess {
        assertReady('utilityProcess cannot be created before app is ready')
        return new UtilityProcess(modulePath, args, options)
      },
    }),
    webContents: strict('webContents', {
      getAllWebContents: allContents,
      getFocusedWebContents: () => [...windows].find((window) => window.isFocused())?.webContents ?? null,
      fromId: (id: number) => allContents().find((contents) => contents.id === id),
      fromDevToolsTargetId: (id: string) => allContents().find((contents) => contents.targetId === id),
    }),
  }
}

export type StandinElectron = ReturnType<typeof createElectron>
