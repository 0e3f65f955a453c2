import { EventEmitter } from 'node:events'

/** Electron's channels and utility processes as main has them, with no process behind: for unit tests, in place of `electron`. */
class FakePort extends EventEmitter {
  other: FakePort | null = null
  /** What comes before it starts is kept until then. */
  private early: unknown[] | null = []
  postMessage(data: unknown): void {
    const copy = structuredClone(data)
    queueMicrotask(() => this.other?.receive(copy))
  }
  start(): void {
    const kept = this.early ?? []
    this.early = null
    for (const data of kept) this.receive(data)
  }
  close(): void {}
  private receive(data: unknown): void {
    if (this.early === null) this.emit('message', { data })
    else this.early.push(data)
  }
}

export class MessageChannelMain {
  readonly port1 = new FakePort()
  readonly port2 = new FakePort()
  constructor() {
    this.port1.other = this.port2
    this.port2.other = this.port1
  }
}

export class FakeUtility extends EventEmitter {
  readonly stdout = null
  readonly stderr = null
  readonly entry: string
  readonly sent: { readonly message: unknown; readonly ports: readonly FakePort[] }[] = []
  pid: number | undefined
  constructor(entry: string, pid: number) {
    super()
    this.entry = entry
    this.pid = pid
  }
  postMessage(message: unknown, ports: readonly FakePort[] = []): void {
    this.sent.push({ message, ports })
  }
  kill(): boolean {
    this.end(0)
    return true
  }
  end(code: number): void {
    this.pid = undefined
    this.emit('exit', code)
  }
}

/** All that were forked in this test file. */
export const forked: FakeUtility[] = []

export const utilityProcess = {
  fork(entry: string): FakeUtility {
    const child = new FakeUtility(entry, 100 + forked.length)
    forked.push(child)
    return child
  },
}
