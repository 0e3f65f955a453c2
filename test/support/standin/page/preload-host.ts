import type { Codec } from '../clone-codec.ts'
import type { WorldBridge } from './bridge.ts'
import type { FromPage, PageConfig, ToPage } from './messages.ts'

type Listener = (event: object, ...args: unknown[]) => void
type Preload = (require: unknown, process: object, module: object, exports: object, global: undefined) => void

/** Runs in the isolated world, self-contained: the `electron` and `process` of a sandboxed preload, then the preload. */
export function hostPreload(config: PageConfig, codec: Codec, bridge: WorldBridge, preload: Preload): void {
  const world = globalThis as unknown as Record<string, unknown>
  const native = world[config.binding] as (text: string) => void
  delete world[config.binding]
  const listeners = new Map<string, Listener[]>()
  const pending = new Map<number, { channel: string; resolve(value: unknown): void; reject(error: Error): void }>()
  const ports = new Map<string, MessagePort>()
  let nextId = 0

  const send = (message: FromPage): void => native(codec.encode(message))
  // Main finds this function by its name when the debugger stops in it, and fills in `answer`.
  function standinFilePath(file: File): string {
    let answer: string | undefined
    for (let tries = 0; answer === undefined && tries < 50; tries++) {
      // biome-ignore lint/suspicious/noDebugger: the one way to ask main something and wait for it
      debugger
    }
    if (answer === undefined) throw new Error(`electron stand-in: no path came for ${file.name}`)
    return answer
  }
  const adopt = (port: MessagePort, id: string): void => {
    ports.set(id, port)
    port.onmessage = (event) => send({ kind: 'port-data', port: id, data: event.data })
    port.addEventListener('close', () => send({ kind: 'port-close', port: id }))
  }
  const give = (port: MessagePort): string => {
    const id = `page-${++nextId}-${Math.random().toString(36).slice(2)}`
    adopt(port, id)
    return id
  }
  const strict = (name: string, members: Record<string, unknown>): object =>
    new Proxy(members, {
      get(target, member) {
        if (typeof member === 'symbol' || member in target) return Reflect.get(target, member)
        throw new Error(`electron stand-in: ${name}.${member} is not implemented`)
      },
    })

  const on = (channel: string, listener: Listener): object => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
    return ipcRenderer
  }
  const off = (channel: string, listener: Listener): object => {
    listeners.set(
      channel,
      (listeners.get(channel) ?? []).filter((known) => known !== listener),
    )
    return ipcRenderer
  }
  const once = (channel: string, listener: Listener): object => {
    const single: Listener = (...args) => {
      off(channel, single)
      listener(...args)
    }
    return on(channel, single)
  }
  const ipcRenderer = strict('ipcRenderer', {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = ++nextId
        send({ kind: 'invoke', id, channel, args })
        pending.set(id, { channel, resolve, reject })
      }),
    send: (channel: string, ...args: unknown[]) => send({ kind: 'send', channel, args, ports: [] }),
    postMessage: (channel: string, message: unknown, transfer: MessagePort[] = []) => {
      codec.encode(message)
      send({ kind: 'send', channel, args: [message], ports: transfer.map(give) })
    },
    on,
    addListener: on,
    once,
    off,
    removeListener: off,
    removeAllListeners: (channel?: string) => {
      if (channel === undefined) listeners.clear()
      else listeners.delete(channel)
      return ipcRenderer
    },
    listenerCount: (channel: string) => listeners.get(channel)?.length ?? 0,
  })

  const receive = (message: ToPage): void => {
    switch (message.kind) {
      case 'reply': {
        const call = pending.get(message.id)
        pending.delete(message.id)
        if (message.ok) call?.resolve(message.value)
        else call?.reject(new Error(`Error invoking remote method '${call.channel}': ${message.message}`))
        return
      }
      case 'port-data':
        ports.get(message.port)?.postMessage(message.data)
        return
      case 'port-close':
        ports.get(message.port)?.close()
        return
      case 'event': {
        const received = message.ports.map((id) => {
          const { port1, port2 } = new MessageChannel()
          adopt(port1, id)
          return port2
        })
        const event = { sender: ipcRenderer, senderId: 0, ports: received }
        for (const listener of listeners.get(message.channel) ?? []) {
          try {
            listener(event, ...message.args)
          } catch (error) {
            reportError(error)
          }
        }
      }
    }
  }
  world[config.deliver] = (text: string) => receive(codec.decode(text) as ToPage)

  const electron = strict('electron (in a sandboxed preload)', {
    ipcRenderer,
    contextBridge: strict('contextBridge', { exposeInMainWorld: bridge.exposeInMainWorld }),
    webUtils: strict('webUtils', {
      getPathForFile: (file: unknown) => {
        if (!(file instanceof File)) throw new TypeError('Failed to get file path: the object is no File')
        return standinFilePath(file)
      },
    }),
  })
  const require = (id: string): object => {
    if (id === 'electron' || id === 'electron/renderer' || id === 'electron/common') return electron
    throw new Error(`module not found: ${id}`)
  }
  const process = {
    ...config.process,
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
    versions: config.versions,
    env: config.env,
  }
  const module = { exports: {} }
  try {
    preload(require, process, module, module.exports, undefined)
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    send({ kind: 'preload-error', message, stack })
  }
}
