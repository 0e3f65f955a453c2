import { spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { CommandLine, App as ElectronApp, RelaunchOptions, Settings } from 'electron'
import { defaultPath, type PathName } from './app-paths.ts'
import { preventable } from './event.ts'
import { InstanceLock } from './instance-lock.ts'
import type { Journal } from './journal.ts'
import { strict } from './strict.ts'

export interface AppOptions {
  readonly name: string
  readonly version: string
  readonly appPath: string
  readonly exe: string
  readonly env: NodeJS.ProcessEnv
  readonly journal: Journal
  /** Ends Chromium. */
  shutDown(): Promise<void>
}

/** What app.quit() asks of a window. */
export interface ClosableWindow {
  close(): void
  destroy(): void
  isDestroyed(): boolean
}

/** Electron's `app`: readiness, paths, the single-instance lock, and the order of events when it ends. */
export class App extends EventEmitter {
  readonly isPackaged = false
  readonly commandLine: Pick<CommandLine, 'appendSwitch' | 'hasSwitch' | 'getSwitchValue'>
  readonly windows = new Set<ClosableWindow>()
  readonly #options: AppOptions
  readonly #paths = new Map<PathName, string>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #switches = new Map<string, string>()
  #name: string
  #isReady = false
  #isQuitting = false
  #isExiting = false
  #lock: InstanceLock | undefined
  #opensAtLogin = false
  #badge = 0

  constructor(options: AppOptions) {
    super()
    this.#options = options
    this.#name = options.name
    const given = (name: string): string | undefined =>
      this.#switches.get(name) ?? switchValue(process.argv.slice(1), name)
    this.commandLine = strict('app.commandLine', {
      appendSwitch: (name, value = '') => void this.#switches.set(name, value),
      hasSwitch: (name) => given(name) !== undefined,
      getSwitchValue: (name) => given(name) ?? '',
    })
  }

  get name(): string {
    return this.#name
  }

  set name(name: string) {
    this.#name = name
  }

  getName = (): string => this.#name

  setName(name: string): void {
    this.#name = name
  }

  getVersion(): string {
    return this.#options.version
  }

  getAppPath(): string {
    return this.#options.appPath
  }

  getLocale(): string {
    return Intl.DateTimeFormat().resolvedOptions().locale
  }

  /** None, as Electron on Linux, where no system call tells them. */
  getPreferredSystemLanguages(): string[] {
    return []
  }

  whenReady(): Promise<void> {
    return this.#ready.promise
  }

  isReady(): boolean {
    return this.#isReady
  }

  /** The process calls this once its main script has run. */
  becomeReady(): void {
    if (this.#isExiting) return
    this.#isReady = true
    this.emit('ready', {}, {})
    this.#ready.resolve()
  }

  getPath(name: PathName): string {
    const { exe, env } = this.#options
    const userDataSwitch = this.commandLine.getSwitchValue('user-data-dir')
    const set = this.#paths.get(name) ?? (name === 'sessionData' ? this.#paths.get('userData') : undefined)
    return set ?? defaultPath(name, { name: this.#name, exe, env, userDataSwitch })
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name as PathName, path)
  }

  setAppLogsPath(path?: string): void {
    if (path !== undefined) this.#paths.set('logs', path)
  }

  requestSingleInstanceLock(data?: Record<string, unknown>): boolean {
    this.#lock ??= new InstanceLock(this.getPath('userData'))
    return this.#lock.acquire({ argv: process.argv, cwd: process.cwd(), data }, (greeting) => {
      this.emit('second-instance', {}, greeting.argv, greeting.cwd, greeting.data)
    })
  }

  hasSingleInstanceLock(): boolean {
    return this.#lock?.isHeld ?? false
  }

  releaseSingleInstanceLock(): void {
    this.#lock?.release()
  }

  /** before-quit, close of every window, will-quit, quit; any of the first three may stop it. */
  quit(): void {
    if (this.#isQuitting || this.#isExiting) return
    this.#isQuitting = true
    if (this.#isVetoed('before-quit') || !this.#closeWindows() || this.#isVetoed('will-quit')) this.#isQuitting = false
    else this.exit(0)
  }

  /** Ends at once, without asking windows or listeners. */
  exit(code = 0): void {
    if (this.#isExiting) return
    this.#isExiting = true
    for (const window of this.windows) window.destroy()
    this.emit('quit', {}, code)
    this.releaseSingleInstanceLock()
    void this.#options.shutDown().finally(() => process.exit(code))
  }

  /** Starts another instance when this one has ended. */
  relaunch({ args = process.argv.slice(1), execPath = this.#options.exe }: RelaunchOptions = {}): void {
    process.once('exit', () => spawn(execPath, args, { detached: true, stdio: 'ignore' }).unref())
  }

  /** Without a listener for window-all-closed, the last window ends the app. */
  onAllWindowsClosed(): void {
    if (this.#isQuitting || this.#isExiting) return
    if (!this.emit('window-all-closed')) this.quit()
  }

  setLoginItemSettings({ openAtLogin = false }: Settings): void {
    this.#opensAtLogin = openAtLogin
    this.#options.journal.add('app.setLoginItemSettings', { openAtLogin })
  }

  getLoginItemSettings(): { openAtLogin: boolean; wasOpenedAtLogin: boolean } {
    return { openAtLogin: this.#opensAtLogin, wasOpenedAtLogin: false }
  }

  setAppUserModelId(id: string): void {
    this.#options.journal.add('app.setAppUserModelId', id)
  }

  setBadgeCount(count = 0): boolean {
    this.#badge = count
    return true
  }

  getBadgeCount(): number {
    return this.#badge
  }

  disableHardwareAcceleration(): void {
    this.#options.journal.add('app.disableHardwareAcceleration')
  }

  focus(): void {
    this.#options.journal.add('app.focus')
  }

  #isVetoed(name: string): boolean {
    const event = preventable({})
    this.emit(name, event)
    return event.defaultPrevented
  }

  #closeWindows(): boolean {
    return [...this.windows].every((window) => {
      window.close()
      return window.isDestroyed()
    })
  }
}
strict('app', App.prototype)
type Life =
  | 'whenReady'
  | 'isReady'
  | 'quit'
  | 'exit'
  | 'relaunch'
  | 'isPackaged'
  | 'focus'
  | 'disableHardwareAcceleration'
type Named =
  | 'name'
  | 'getName'
  | 'setName'
  | 'getVersion'
  | 'getLocale'
  | 'getPreferredSystemLanguages'
  | 'setAppUserModelId'
type Placed = 'getPath' | 'setPath' | 'setAppLogsPath' | 'getAppPath' | 'setBadgeCount' | 'getBadgeCount'
type Single =
  | 'requestSingleInstanceLock'
  | 'hasSingleInstanceLock'
  | 'releaseSingleInstanceLock'
  | 'setLoginItemSettings'
App.prototype satisfies Pick<ElectronApp, Life | Named | Placed | Single>

function switchValue(argv: readonly string[], name: string): string | undefined {
  const found = argv.find((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  return found?.slice(name.length + 3)
}
