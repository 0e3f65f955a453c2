import type { Readable, Writable } from 'node:stream'
import type { CDPSession } from '@playwright/test'

/** Sends a command of the DevTools protocol, typed by Playwright's own declarations. */
type Send = CDPSession['send']
type Method = Parameters<Send>[0]
type Listener = (params: never) => void
export type CdpEvent<Name extends string> = Name extends keyof Events ? Events[Name] : never
type Events = import('../../../node_modules/playwright-core/types/protocol.d.ts').Protocol.Events

interface Answer {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
  readonly method?: string
  readonly params?: unknown
  readonly sessionId?: string
}

/** The conversation with one target (or with the browser itself). */
export interface CdpSession {
  readonly send: Send
  on<Name extends keyof Events>(event: Name, listener: (params: Events[Name]) => void): void
}

/** Chromium's DevTools protocol over its pipe; Chromium ends when the pipe closes, so it never outlives this process. */
export class Cdp {
  #nextId = 1
  readonly #output: Writable
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  readonly #listeners = new Map<string, Map<string, Listener[]>>()
  readonly browser: CdpSession

  constructor(input: Readable, output: Writable) {
    this.#output = output
    // Chromium may be gone while a command is under way: its exit tells, not the broken pipe.
    output.on('error', () => undefined)
    this.browser = this.#session('')
    const chunks: Buffer[] = []
    input.on('data', (chunk: Buffer) => {
      let rest = chunk
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        chunks.push(rest.subarray(0, end))
        this.#receive(JSON.parse(Buffer.concat(chunks.splice(0)).toString('utf8')) as Answer)
        rest = rest.subarray(end + 1)
      }
      if (rest.length > 0) chunks.push(rest)
    })
    input.once('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Chromium is gone.'))
      this.#waiting.clear()
    })
  }

  async attach(targetId: string): Promise<CdpSession> {
    const { sessionId } = await this.browser.send('Target.attachToTarget', { targetId, flatten: true })
    return this.#session(sessionId)
  }

  #session(sessionId: string): CdpSession {
    const listeners = new Map<string, Listener[]>()
    this.#listeners.set(sessionId, listeners)
    const send = (method: Method, params: object = {}): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const id = this.#nextId++
        this.#waiting.set(id, { resolve, reject })
        const to = sessionId === '' ? {} : { sessionId }
        this.#output.write(`${JSON.stringify({ id, method, params, ...to })}\0`)
      })
    return {
      send: send as Send,
      on: (event, listener) => {
        listeners.set(event, [...(listeners.get(event) ?? []), listener as Listener])
      },
    }
  }

  #receive(answer: Answer): void {
    if (answer.id !== undefined) {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (answer.error === undefined) waiting?.resolve(answer.result)
      else waiting?.reject(new Error(answer.error.message))
      return
    }
    const listeners = this.#listeners.get(answer.sessionId ?? '')?.get(answer.method ?? '') ?? []
    for (const listener of listeners) listener(answer.params as never)
  }
}
