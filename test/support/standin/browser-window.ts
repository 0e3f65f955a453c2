import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'
import type {
  BrowserWindowConstructorOptions,
  BrowserWindow as ElectronWindow,
  LoadFileOptions,
  Rectangle,
} from 'electron'
import { preventable } from './event.ts'
import type { NativeImage } from './native-image.ts'
import { strict } from './strict.ts'
import { type PageHost, WebContents } from './web-contents.ts'

/** What windows need of the process that they live in. */
export interface WindowHost extends PageHost {
  /** The windows that are open, in the order in which they were made. */
  readonly windows: Set<StandinWindow>
  nextWindowId(): number
  assertReady(what: string): void
  onAllClosed(): void
}

/** A window: its page is real, its frame, size and place on the screen are only remembered. */
export class StandinWindow extends EventEmitter {
  readonly webContents: WebContents
  readonly id: number
  readonly #host: WindowHost
  #bounds: Rectangle
  #title: string
  #isVisible: boolean
  #isFocused = false
  #state: 'normal' | 'minimized' | 'maximized' = 'normal'
  #isDestroyed = false

  constructor(host: WindowHost, options: BrowserWindowConstructorOptions) {
    super()
    host.assertReady('Cannot create BrowserWindow before app is ready')
    this.#host = host
    this.id = host.nextWindowId()
    const { x = 0, y = 0, width = 800, height = 600, show = true, title = '' } = options
    this.#bounds = { x, y, width, height }
    this.#title = title
    this.#isVisible = show
    this.webContents = new WebContents(host, this.id, options)
    this.webContents.on('standin-close', () => this.close())
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show', {}))
    host.windows.add(this)
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.loadURL(url)
  }

  async loadFile(path: string, { hash = '', search = '' }: LoadFileOptions = {}): Promise<void> {
    await this.loadURL(Object.assign(pathToFileURL(path), { hash, search }).href)
  }

  capturePage(area?: Rectangle): Promise<NativeImage> {
    return this.webContents.capturePage(area)
  }

  show(): void {
    this.showInactive()
    this.focus()
  }

  showInactive(): void {
    if (this.#isVisible) return
    this.#isVisible = true
    this.emit('show')
  }

  hide(): void {
    if (!this.#isVisible) return
    this.#isVisible = false
    this.#isFocused = false
    this.emit('hide')
  }

  focus(): void {
    if (this.#isFocused) return
    for (const other of this.#host.windows) other.#isFocused = false
    this.#isFocused = true
    this.emit('focus')
  }

  minimize(): void {
    this.#change('minimized', 'minimize')
  }

  maximize(): void {
    this.#change('maximized', 'maximize')
  }

  unmaximize(): void {
    if (this.isMaximized()) this.#change('normal', 'unmaximize')
  }

  restore(): void {
    if (this.#state !== 'normal') this.#change('normal', 'restore')
  }

  isVisible(): boolean {
    return this.#isVisible
  }

  isFocused(): boolean {
    return this.#isFocused
  }

  isMinimized(): boolean {
    return this.#state === 'minimized'
  }

  isMaximized(): boolean {
    return this.#state === 'maximized'
  }

  isFullScreen(): boolean {
    return false
  }

  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  getBounds(): Rectangle {
    return { ...this.#bounds }
  }

  getNormalBounds(): Rectangle {
    return this.getBounds()
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
    this.emit('resize')
  }

  getTitle(): string {
    return this.#title
  }

  setTitle(title: string): void {
    this.#title = title
  }

  setProgressBar(progress: number, options?: { mode?: string }): void {
    this.#host.journal.add('window.setProgressBar', { progress, ...options })
  }

  flashFrame(flag: boolean): void {
    this.#host.journal.add('window.flashFrame', flag)
  }

  setOverlayIcon(_overlay: unknown, description: string): void {
    this.#host.journal.add('window.setOverlayIcon', description)
  }

  setBackgroundColor(color: string): void {
    this.#host.journal.add('window.setBackgroundColor', color)
  }

  setMenuBarVisibility(visible: boolean): void {
    this.#host.journal.add('window.setMenuBarVisibility', visible)
  }

  removeMenu(): void {
    this.#host.journal.add('window.removeMenu')
  }

  close(): void {
    if (this.#isDestroyed) return
    const event = preventable({})
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  destroy(): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    this.#host.windows.delete(this)
    this.webContents.destroy()
    this.emit('closed')
    if (this.#host.windows.size === 0) this.#host.onAllClosed()
  }

  #change(state: 'normal' | 'minimized' | 'maximized', event: string): void {
    if (this.#state === state) return
    this.#state = state
    this.emit(event)
  }
}
strict('BrowserWindow', StandinWindow.prototype)
type Shown =
  | 'show'
  | 'showInactive'
  | 'hide'
  | 'focus'
  | 'minimize'
  | 'maximize'
  | 'unmaximize'
  | 'restore'
  | 'isVisible'
type Asked = 'isFocused' | 'isMinimized' | 'isMaximized' | 'isFullScreen' | 'isDestroyed' | 'getBounds' | 'getTitle'
type Told = 'setBounds' | 'setTitle' | 'setProgressBar' | 'flashFrame' | 'setBackgroundColor' | 'removeMenu'
type Loaded = 'loadURL' | 'loadFile' | 'close' | 'destroy' | 'id' | 'setMenuBarVisibility' | 'getNormalBounds'
StandinWindow.prototype satisfies Pick<ElectronWindow, Shown | Asked | Told | Loaded>
