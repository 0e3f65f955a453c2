import { type ChildProcess, fork, type StdioOptions } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import type { UtilityProcess as ElectronUtility, ForkOptions } from 'electron'
import { type PortEnd, transferEnds } from './ports.ts'
import { strict } from './strict.ts'
import type { FromUtility, ToUtility } from './utility-messages.ts'

const BOOT = new URL('./utility-boot.ts', import.meta.url)

/** A utility process: a forked Node that ends when this process does. */
export class UtilityProcess extends EventEmitter {
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly #child: ChildProcess
  readonly #ends = new Map<string, PortEnd>()
  #pid: number | undefined
  #nextPort = 1

  constructor(modulePath: string, args: readonly string[], options: ForkOptions) {
    super()
    const { stdio = 'inherit', env = process.env, execArgv = [], cwd } = options
    const [, stdout = 'inherit', stderr = 'inherit'] = typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio
    this.#child = fork(modulePath, [...args], {
      cwd,
      env: { ...env, ELECTRON_STANDIN_UTILITY: '1' },
      execArgv: [...execArgv, '--disable-warning=ExperimentalWarning', '--import', BOOT.href],
      serialization: 'advanced',
      stdio: ['ignore', stdout, stderr, 'ipc'] as StdioOptions,
    })
    this.stdout = this.#child.stdout
    this.stderr = this.#child.stderr
    this.#child.once('spawn', () => {
      this.#pid = this.#child.pid
      this.emit('spawn')
    })
    this.#child.once('exit', (code, signal) => {
      this.#pid = undefined
      for (const end of this.#ends.values()) end.close()
      this.#ends.clear()
      // A process that a signal ended reports the signal's number.
      this.emit('exit', code ?? (signal === null ? 1 : constants.signals[signal]))
    })
    // A process that cannot be started exits; sending to one that is gone is not an error in Electron.
    this.#child.on('error', () => undefined)
    this.#child.on('message', (message) => this.#receive(message as FromUtility))
  }

  get pid(): number | undefined {
    return this.#pid
  }

  postMessage(data: unknown, transfer: readonly unknown[] = []): void {
    const ports: string[] = []
    const early: ToUtility[] = []
    let isAnnounced = false
    transferEnds(transfer, (end) => {
      const port = `main-${this.#nextPort++}`
      const relay = (message: ToUtility): void => {
        if (isAnnounced) this.#send(message)
        else early.push(message)
      }
      ports.push(port)
      this.#ends.set(port, end)
      return {
        message: (content) => relay({ kind: 'port-data', port, data: content }),
        close: () => relay({ kind: 'port-close', port }),
      }
    })
    this.#send({ kind: 'message', data, ports })
    isAnnounced = true
    for (const message of early) this.#send(message)
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }

  #send(message: ToUtility): void {
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  #receive(message: FromUtility): void {
    switch (message.kind) {
      case 'message':
        this.emit('message', message.data)
        return
      case 'port-data':
        this.#ends.get(message.port)?.send(message.data)
        return
      case 'port-close':
        this.#ends.get(message.port)?.close()
        this.#ends.delete(message.port)
    }
  }
}
strict('UtilityProcess', UtilityProcess.prototype)
UtilityProcess.prototype satisfies Pick<ElectronUtility, 'kill' | 'pid' | 'postMessage'>
