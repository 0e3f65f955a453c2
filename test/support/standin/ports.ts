import { EventEmitter } from 'node:events'
import type { MessageChannelMain as ElectronChannel, MessagePortMain as ElectronPort } from 'electron'
import { strict } from './strict.ts'

/** Whoever has an end of a channel now: an object here, or a relay to another process. */
export interface EndHolder {
  message(data: unknown): void
  close(): void
}

/** One end of a channel. What arrives while nobody holds it waits. */
export class PortEnd {
  #peer: PortEnd | undefined
  #holder: EndHolder | undefined
  #closed = false
  readonly #backlog: unknown[] = []

  static pair(): [PortEnd, PortEnd] {
    const [one, other] = [new PortEnd(), new PortEnd()]
    one.#peer = other
    other.#peer = one
    return [one, other]
  }

  hold(holder: EndHolder): void {
    this.#holder = holder
    for (const data of this.#backlog.splice(0)) holder.message(data)
    if (this.#closed) holder.close()
  }

  send(data: unknown): void {
    const peer = this.#peer
    if (peer !== undefined) peer.#receive(data)
  }

  close(): void {
    this.#closed = true
    const peer = this.#peer
    if (peer !== undefined) peer.#closeByPeer()
  }

  #receive(data: unknown): void {
    if (this.#closed) return
    if (this.#holder === undefined) this.#backlog.push(data)
    else this.#holder.message(data)
  }

  #closeByPeer(): void {
    if (this.#closed) return
    this.#closed = true
    this.#holder?.close()
  }
}

const ends = new WeakMap<object, PortEnd>()

/** Electron's port in main and in utility processes: silent until `start()`. */
export class MessagePortMain extends EventEmitter {
  #started = false
  #queue: unknown[] = []

  constructor(end: PortEnd) {
    super()
    ends.set(this, end)
    end.hold({ message: (data) => this.#receive(data), close: () => setImmediate(() => this.emit('close')) })
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    for (const data of this.#queue.splice(0)) this.#deliver(data)
  }

  postMessage(message: unknown, transfer: readonly object[] = []): void {
    if (transfer.length > 0)
      throw new Error('electron stand-in: transfer by MessagePortMain.postMessage is not implemented')
    endOf(this).send(structuredClone(message))
  }

  close(): void {
    ends.get(this)?.close()
    ends.delete(this)
    setImmediate(() => this.emit('close'))
  }

  /** The messages that came before this port was given away; they go with it. */
  takeQueue(): unknown[] {
    return this.#queue.splice(0)
  }

  #receive(data: unknown): void {
    if (this.#started) this.#deliver(data)
    else this.#queue.push(data)
  }

  #deliver(data: unknown): void {
    setImmediate(() => this.emit('message', { data, ports: [] }))
  }
}
strict('MessagePortMain', MessagePortMain.prototype)
MessagePortMain.prototype satisfies Pick<ElectronPort, 'start' | 'close' | 'postMessage'>

export class MessageChannelMain {
  readonly port1: MessagePortMain
  readonly port2: MessagePortMain

  constructor() {
    const [one, other] = PortEnd.pair()
    this.port1 = new MessagePortMain(one)
    this.port2 = new MessagePortMain(other)
  }
}
type Channel = { [Member in keyof ElectronChannel]: unknown }
MessageChannelMain.prototype satisfies Channel

function endOf(port: MessagePortMain): PortEnd {
  const end = ends.get(port)
  if (end === undefined) throw new Error('This port was closed or given away.')
  return end
}

/** Takes the ends out of transferred ports and hands each to `relay`; the ports are unusable afterwards. */
export function transferEnds(transfer: readonly unknown[], relay: (end: PortEnd) => EndHolder): void {
  for (const [index, port] of transfer.entries()) {
    if (!(port instanceof MessagePortMain)) throw new TypeError(`Port at index ${index} is not a valid port`)
    if (!ends.has(port)) throw new Error(`Port at index ${index} is already neutered`)
  }
  for (const port of transfer as readonly MessagePortMain[]) {
    const end = endOf(port)
    ends.delete(port)
    const holder = relay(end)
    for (const data of port.takeQueue()) holder.message(data)
    end.hold(holder)
  }
}
