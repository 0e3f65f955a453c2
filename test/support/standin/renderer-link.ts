import { randomUUID } from 'node:crypto'
import type { CdpSession } from './cdp.ts'
import { codec } from './clone-codec.ts'
import type { IpcMain } from './ipc-main.ts'
import type { FromPage, PageConfig, ToPage } from './page/messages.ts'
import { isolatedWorldSource, pageWorldSource } from './page/source.ts'
import { type EndHolder, MessagePortMain, PortEnd, transferEnds } from './ports.ts'

const WORLD = 'Electron Isolated Context'

export interface LinkOptions {
  readonly preload: { readonly source: string; readonly url: string }
  readonly argv: readonly string[]
  readonly ipcMain: IpcMain
  /** The event that listeners of ipcMain get, as far as it does not depend on the message. */
  event(): object
  onPreloadError(error: Error): void
}

/** The IPC between main and the isolated world of one page, over the DevTools protocol. What is sent while the page has
 *  no isolated world is lost, as in Electron. */
export class RendererLink {
  readonly #session: CdpSession
  readonly #options: LinkOptions
  readonly #ends = new Map<string, PortEnd>()
  readonly #names = { binding: `in_${randomUUID()}`, deliver: `out_${randomUUID()}`, secret: randomUUID() }
  #world: number | undefined
  #nextPort = 1

  constructor(session: CdpSession, options: LinkOptions) {
    this.#session = session
    this.#options = options
  }

  /** Puts the preload and both sides of contextBridge into every document that loads from now on. */
  async start(mainFrameId: string): Promise<void> {
    const session = this.#session
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const frame: unknown = context.auxData?.frameId
      if (context.name === WORLD && frame === mainFrameId) this.#world = context.id
    })
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.#world) this.#lose()
    })
    session.on('Runtime.executionContextsCleared', () => this.#lose())
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === this.#names.binding) this.#receive(codec.decode(payload) as FromPage)
    })
    const { binding, deliver, secret } = this.#names
    const { preload, argv } = this.#options
    const config: PageConfig = {
      binding,
      deliver,
      process: { platform: process.platform, arch: process.arch, argv },
      versions: { ...process.versions },
      env: { ...process.env },
    }
    await Promise.all([
      session.send('Runtime.enable'),
      session.send('Runtime.addBinding', { name: binding, executionContextName: WORLD }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldSource(secret) }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        worldName: WORLD,
        source: isolatedWorldSource(secret, config, preload.source, preload.url),
      }),
    ])
  }

  /** Sends an event to the preload; throws what structured clone throws. */
  send(channel: string, args: unknown[], transfer: readonly unknown[] = []): void {
    const ports: string[] = []
    codec.encode(args)
    const early: (() => void)[] = []
    let announced = false
    transferEnds(transfer, (end) => {
      const id = `main-${this.#nextPort++}`
      ports.push(id)
      this.#ends.set(id, end)
      const holder = this.#holder(id)
      return {
        message: (data) => (announced ? holder.message(data) : void early.push(() => holder.message(data))),
        close: () => (announced ? holder.close() : void early.push(() => holder.close())),
      }
    })
    this.#push({ kind: 'event', channel, args, ports })
    announced = true
    for (const relay of early) relay()
  }

  /** The page is gone: its ports close. */
  #lose(): void {
    this.#world = undefined
    for (const end of this.#ends.values()) end.close()
    this.#ends.clear()
  }

  dispose(): void {
    this.#lose()
  }

  #holder(id: string): EndHolder {
    return {
      message: (data) => this.#push({ kind: 'port-data', port: id, data }),
      close: () => this.#push({ kind: 'port-close', port: id }),
    }
  }

  #push(message: ToPage): void {
    if (this.#world === undefined) return
    const call = {
      executionContextId: this.#world,
      functionDeclaration: `function (text) { globalThis[${JSON.stringify(this.#names.deliver)}](text) }`,
      arguments: [{ value: codec.encode(message) }],
    }
    // A page that went away meanwhile loses the message.
    this.#session.send('Runtime.callFunctionOn', call).catch(() => undefined)
  }

  #receive(message: FromPage): void {
    switch (message.kind) {
      case 'invoke':
        void this.#answer(message)
        return
      case 'send': {
        const ports = message.ports.map((id) => {
          const [mine, theirs] = PortEnd.pair()
          this.#ends.set(id, theirs)
          theirs.hold(this.#holder(id))
          return new MessagePortMain(mine)
        })
        this.#options.ipcMain.emit(message.channel, { ...this.#options.event(), ports }, ...message.args)
        return
      }
      case 'port-data':
        this.#ends.get(message.port)?.send(message.data)
        return
      case 'port-close':
        this.#ends.get(message.port)?.close()
        this.#ends.delete(message.port)
        return
      case 'preload-error': {
        const error = Object.assign(new Error(message.message), { stack: message.stack })
        console.error('Unable to load preload script:', error.stack)
        this.#options.onPreloadError(error)
      }
    }
  }

  async #answer({ id, channel, args }: Extract<FromPage, { kind: 'invoke' }>): Promise<void> {
    try {
      const handler = this.#options.ipcMain.handlerOf(channel)
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
      const value: unknown = await handler(this.#options.event() as Parameters<typeof handler>[0], ...args)
      codec.encode(value)
      this.#push({ kind: 'reply', id, ok: true, value })
    } catch (error) {
      console.error(`Error occurred in handler for '${channel}':`, error)
      this.#push({ kind: 'reply', id, ok: false, message: String(error) })
    }
  }
}
