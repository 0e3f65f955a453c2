import { readdirSync, renameSync, writeFileSync } from 'node:fs'
import { type Runtime, Session } from 'node:inspector'

// Loaded into each process before its own code (`withLeakProbe`): on SIGUSR2 it writes down what the process holds.

/** Functions that count over all living objects of a kind; they run in the process that is counted. */
const OVER = {
  listeners: `function () {
    const { EventEmitter } = process.getBuiltinModule('events')
    const countOf = (emitter) => {
      const names = EventEmitter.prototype.eventNames.call(emitter)
      return names.reduce((count, name) => count + EventEmitter.prototype.listenerCount.call(emitter, name), 0)
    }
    return this.reduce((count, emitter) => count + countOf(emitter), 0)
  }`,
  signalListeners: `function () {
    const { getEventListeners } = process.getBuiltinModule('events')
    return this.reduce((count, signal) => count + getEventListeners(signal, 'abort').length, 0)
  }`,
  sockets: `function () { return this.filter((socket) => !socket.destroyed).length }`,
} as const

const PROTOTYPES: Readonly<Record<keyof typeof OVER, string>> = {
  listeners: `process.getBuiltinModule('events').EventEmitter.prototype`,
  signalListeners: 'AbortSignal.prototype',
  sockets: `process.getBuiltinModule('net').Socket.prototype`,
}

function count(kind: keyof typeof OVER): number {
  const session = new Session()
  session.connect()
  let found = Number.NaN
  session.post('Runtime.evaluate', { expression: PROTOTYPES[kind] }, (_error, { result }) => {
    const prototypeObjectId = result.objectId ?? ''
    // Collects garbage first.
    session.post('Runtime.queryObjects', { prototypeObjectId }, (_queryError, { objects }) => {
      const call = { objectId: objects.objectId ?? '', functionDeclaration: OVER[kind], returnByValue: true }
      session.post(
        'Runtime.callFunctionOn',
        call,
        (_callError: Error | null, { result: sum }: Runtime.CallFunctionOnReturnType) => {
          found = Number(sum.value)
        },
      )
    })
  })
  session.disconnect()
  return found
}

process.on('SIGUSR2', () => {
  const resources = process.getActiveResourcesInfo()
  const held = {
    files: readdirSync('/proc/self/fd').length,
    handles: resources.filter((kind) => kind.endsWith('Wrap')).length,
    timers: resources.filter((kind) => kind === 'Timeout').length,
    sockets: count('sockets'),
    listeners: count('listeners'),
    signalListeners: count('signalListeners'),
  }
  const path = `${process.env.GALLEY_LEAK_PROBE}/${process.pid}`
  writeFileSync(`${path}.tmp`, JSON.stringify(held))
  renameSync(`${path}.tmp`, `${path}.json`)
})
