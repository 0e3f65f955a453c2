// Loaded into a utility process before its script: gives it `process.parentPort` and Electron's module.
import { EventEmitter } from 'node:events'
import type { ParentPort as ElectronParentPort } from 'electron'
import { mapElectron } from './hooks.ts'
import { MessagePortMain, PortEnd } from './ports.ts'
import { strict } from './strict.ts'
import type { FromUtility, ToUtility } from './utility-messages.ts'

interface Received {
  readonly data: unknown
  readonly ports: MessagePortMain[]
}

/** The port to main. What comes before the script listens waits for it. */
class ParentPort extends EventEmitter {
  readonly #queue: Received[] = []
  #isListened = false

  constructor() {
    super()
    this.on('newListener', (event) => {
      if (event !== 'message' || this.#isListened) return
      this.#isListened = true
      setImmediate(() => {
        for (const received of this.#queue.splice(0)) this.emit('message', received)
      })
    })
  }

  postMessage(data: unknown): void {
    send({ kind: 'message', data })
  }

  receive(received: Received): void {
    if (this.#isListened && this.#queue.length === 0) this.emit('message', received)
    else this.#queue.push(received)
  }
}
strict('parentPort', ParentPort.prototype)
ParentPort.prototype satisfies Pick<ElectronParentPort, 'postMessage'>

const toMain = process.send?.bind(process)
const send = (message: FromUtility): void => void toMain?.(message, undefined, undefined, () => undefined)
const ends = new Map<string, PortEnd>()
const parentPort = new ParentPort()

function adopt(id: string): MessagePortMain {
  const [mine, theirs] = PortEnd.pair()
  ends.set(id, theirs)
  theirs.hold({
    message: (data) => send({ kind: 'port-data', port: id, data }),
    close: () => send({ kind: 'port-close', port: id }),
  })
  return new MessagePortMain(mine)
}

process.on('message', (message: ToUtility) => {
  switch (message.kind) {
    case 'message':
      parentPort.receive({ data: message.data, ports: message.ports.map(adopt) })
      return
    case 'port-data':
      ends.get(message.port)?.send(message.data)
      return
    case 'port-close':
      ends.get(message.port)?.close()
      ends.delete(message.port)
  }
})
// Electron ends its utility processes with the app, however the app ended.
process.once('disconnect', () => process.exit(0))

Object.defineProperty(process, 'parentPort', { value: parentPort, enumerable: true })
Object.defineProperty(process, 'type', { value: 'utility', enumerable: true })
// A utility process has no channel to main but its parent port.
Object.defineProperty(process, 'send', { value: undefined })
mapElectron(new URL('./utility-module.ts', import.meta.url))
