import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type {
  BrowserWindowConstructorOptions,
  WebContents as ElectronContents,
  HandlerDetails,
  Rectangle,
} from 'electron'
import type { CdpSession } from './cdp.ts'
import type { Chromium } from './chromium.ts'
import { preventable } from './event.ts'
import { answerFilePaths } from './file-paths.ts'
import type { IpcMain } from './ipc-main.ts'
import type { Journal } from './journal.ts'
import { NativeImage } from './native-image.ts'
import type { NativeTheme } from './native-theme.ts'
import { RendererLink } from './renderer-link.ts'
import { gateRequests } from './request-gate.ts'
import type { Schemes } from './schemes.ts'
import type { StandinSession } from './session.ts'
import { strict } from './strict.ts'

/** What a page needs of the process that it lives in. */
export interface PageHost {
  readonly chromium: Promise<Chromium>
  readonly ipcMain: IpcMain
  readonly schemes: Schemes
  readonly session: StandinSession
  readonly nativeTheme: NativeTheme
  readonly journal: Journal
  /** Makes a target and says which it is before it counts as a popup. */
  openTarget(width: number, height: number): Promise<string>
}

type OpenHandler = (details: HandlerDetails) => { action: 'allow' | 'deny' }

/** One page: a target of Chromium with Electron's preload, IPC, schemes and vetoes around it. */
export class WebContents extends EventEmitter {
  readonly id: number
  readonly #host: PageHost
  readonly #options: BrowserWindowConstructorOptions
  readonly #started: Promise<{ session: CdpSession; link: RendererLink }>
  readonly #applyTheme = (): void => void this.#emulateTheme().catch(() => undefined)
  #link: RendererLink | undefined
  #targetId = ''
  #url = ''
  #loading: string | undefined
  #isCrashed = false
  #isDestroyed = false
  #openHandler: OpenHandler | undefined

  constructor(host: PageHost, id: number, options: BrowserWindowConstructorOptions) {
    super()
    refuseUnsafe(options.webPreferences ?? {})
    this.id = id
    this.#host = host
    this.#options = options
    this.#started = this.#start()
    this.#started.catch((error: unknown) => {
      if (!this.#isDestroyed) console.error('electron stand-in: a window could not be opened:', error)
    })
  }

  get targetId(): string {
    return this.#targetId
  }

  get session(): StandinSession {
    return this.#host.session
  }

  get mainFrame(): object {
    const [url, processId, routingId] = [this.#url, 1, this.id]
    const { protocol, host } = new URL(url || 'about:blank')
    const frame = { url, origin: host === '' ? 'null' : `${protocol}//${host}`, processId, routingId, frames: [] }
    return strict('WebFrameMain', { ...frame, parent: null, top: null, isDestroyed: () => this.#isDestroyed })
  }

  async loadURL(url: string): Promise<void> {
    const { session } = await this.#started
    const { schemes } = this.#host
    const inner = schemes.inner(url)
    const { origin } = new URL(inner)
    if (origin !== 'null')
      await this.session.applyPermissions((await this.#host.chromium).cdp.browser, this, url, origin)
    this.#loading = schemes.outer(inner)
    const finished = new Promise<void>((resolve) => this.once('did-finish-load', resolve))
    const { errorText, isDownload } = await session.send('Page.navigate', { url: inner })
    if (errorText !== undefined || isDownload === true) {
      this.emit('did-fail-load', {}, -2, errorText, url, true)
      throw new Error(`${errorText} loading '${url}'`)
    }
    await finished
  }

  send(channel: string, ...args: unknown[]): void {
    this.#assertAlive()
    this.#link?.send(channel, args)
  }

  postMessage(channel: string, message: unknown, transfer: readonly unknown[] = []): void {
    this.#assertAlive()
    if (this.#link === undefined) throw new Error('electron stand-in: postMessage before the page has loaded')
    this.#link.send(channel, [message], transfer)
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  async capturePage(area?: Rectangle): Promise<NativeImage> {
    const { session } = await this.#started
    const clip = area === undefined ? {} : { clip: { ...area, scale: 1 } }
    const { data } = await session.send('Page.captureScreenshot', { format: 'png', ...clip })
    return new NativeImage(Buffer.from(data, 'base64'))
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const { session } = await this.#started
    const answer = await session.send('Runtime.evaluate', { expression: code, awaitPromise: true, returnByValue: true })
    if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.exception?.description)
    return answer.result.value
  }

  reload(): void {
    this.#loading = this.#url
    this.#isCrashed = false
    void this.#started.then(({ session }) => session.send('Page.reload', {})).catch(() => undefined)
  }

  forcefullyCrashRenderer(): void {
    // The page cannot answer any more, so the command never ends.
    void this.#started.then(({ session }) => session.send('Page.crash')).catch(() => undefined)
  }

  getURL(): string {
    return this.#url
  }

  isCrashed(): boolean {
    return this.#isCrashed
  }

  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  openDevTools(): void {
    this.#host.journal.add('webContents.openDevTools')
  }

  close(): void {
    this.emit('standin-close')
  }

  /** Ends the page; its window calls this. */
  destroy(): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    this.#host.nativeTheme.off('updated', this.#applyTheme)
    this.#link?.dispose()
    this.emit('destroyed')
    const closing = this.#host.chromium.then(({ cdp }) =>
      cdp.browser.send('Target.closeTarget', { targetId: this.#targetId }),
    )
    closing.catch(() => undefined)
  }

  async #start(): Promise<{ session: CdpSession; link: RendererLink }> {
    const { width = 800, height = 600, webPreferences = {} } = this.#options
    this.#targetId = await this.#host.openTarget(width, height)
    const session = await (await this.#host.chromium).cdp.attach(this.#targetId)
    const { preload, additionalArguments: argv = [] } = webPreferences
    const link = new RendererLink(session, {
      preload: preload
        ? { source: readFileSync(preload, 'utf8'), url: pathToFileURL(preload).href }
        : { source: '', url: 'no-preload' },
      argv,
      ipcMain: this.#host.ipcMain,
      event: () => ({ sender: this, senderFrame: this.mainFrame, frameId: this.id, processId: 1, ports: [] }),
      onPreloadError: (error) => void this.emit('preload-error', {}, preload, error),
    })
    this.#listen(session)
    await Promise.all([
      session.send('Page.enable', {}),
      session.send('Inspector.enable'),
      link.start(this.#targetId),
      answerFilePaths(session),
      gateRequests(session, this.#targetId, {
        schemes: this.#host.schemes,
        session: this.#host.session,
        mayNavigate: (url) => this.#mayNavigate(url),
      }),
    ])
    this.#link = link
    this.#host.nativeTheme.on('updated', this.#applyTheme)
    await this.#emulateTheme(session)
    return { session, link }
  }

  #listen(session: CdpSession): void {
    const isPage = (): boolean => this.#url !== '' && this.#url !== 'about:blank'
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId !== undefined) return
      this.#url = this.#host.schemes.outer(frame.url)
      if (isPage()) this.emit('did-navigate', {}, this.#url, 200, '')
    })
    session.on('Page.domContentEventFired', () => {
      if (isPage()) this.emit('dom-ready', {})
    })
    session.on('Page.loadEventFired', () => {
      if (isPage()) this.emit('did-finish-load', {})
    })
    session.on('Page.windowOpen', ({ url }) => {
      const details = { url: this.#host.schemes.outer(url), frameName: '', features: '', disposition: 'new-window' }
      const action = this.#openHandler?.(details as HandlerDetails).action ?? 'allow'
      if (action === 'allow')
        console.error(`electron stand-in: window.open(${url}) that is not denied is not implemented`)
    })
    session.on('Inspector.targetCrashed', () => {
      this.#isCrashed = true
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
    })
  }

  #mayNavigate(url: string): boolean {
    if (this.#loading !== undefined && withoutHash(this.#loading) === withoutHash(url)) {
      this.#loading = undefined
      return true
    }
    const event = preventable({ url, isSameDocument: false, isMainFrame: true, frame: this.mainFrame })
    this.emit('will-navigate', event, url)
    return !event.defaultPrevented
  }

  async #emulateTheme(started?: CdpSession): Promise<void> {
    const session = started ?? (await this.#started).session
    const { themeSource } = this.#host.nativeTheme
    const value = themeSource === 'system' ? '' : themeSource
    await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
  }

  #assertAlive(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed')
  }
}
strict('webContents', WebContents.prototype)
type Implemented = 'loadURL' | 'reload' | 'getURL' | 'isCrashed' | 'isDestroyed' | 'openDevTools' | 'close' | 'id'
type Page = 'send' | 'executeJavaScript' | 'forcefullyCrashRenderer'
WebContents.prototype satisfies Pick<ElectronContents, Implemented | Page>

function withoutHash(url: string): string {
  return url.split('#')[0] ?? url
}

/** The stand-in has no other page than a sandboxed, isolated one. */
function refuseUnsafe(preferences: NonNullable<BrowserWindowConstructorOptions['webPreferences']>): void {
  const { sandbox, nodeIntegration, contextIsolation, webviewTag, webSecurity } = preferences
  const refused = Object.entries({
    'sandbox: false': sandbox === false,
    'nodeIntegration: true': nodeIntegration === true,
    'contextIsolation: false': contextIsolation === false,
    'webviewTag: true': webviewTag === true,
    'webSecurity: false': webSecurity === false,
  }).find(([, isSet]) => isSet)
  if (refused !== undefined) throw new Error(`electron stand-in: webPreferences with ${refused[0]} are refused`)
}
