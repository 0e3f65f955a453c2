import { EventEmitter } from 'node:events'
import type { IpcMain as ElectronIpcMain } from 'electron'
import { strict } from './strict.ts'

type Handler = Parameters<ElectronIpcMain['handle']>[1]

export class IpcMain extends EventEmitter {
  readonly #handlers = new Map<string, Handler>()

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.#handlers.set(channel, handler)
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel)
  }

  handlerOf(channel: string): Handler | undefined {
    return this.#handlers.get(channel)
  }
}
strict('ipcMain', IpcMain.prototype)
IpcMain.prototype satisfies Pick<ElectronIpcMain, 'handle' | 'removeHandler'>
