import { type MessagePortLike, portOf } from '../shared/worker/message-port.ts'
import type { ChildHandle, ExitInfo, Port, WorkerKind } from '../shared/worker/port.ts'
import { type UtilityParentPort, utilityParentPort } from './utility-port.ts'

interface Awaited {
  arrived(pid: number | undefined, end: MessagePortLike): void
  ended(exit: ExitInfo): void
}

/** How the engine process starts workers under Electron, where only main can fork: it asks main, and gets the worker's
 *  port and later its exit. Undefined when this is no utility process; use `forkChild` there. */
export function brokerWorkers(): ((kind: WorkerKind) => ChildHandle) | undefined {
  const utility = utilityParentPort()
  return utility && brokerOver(utility)
}

/** `brokerWorkers` over a given channel to main. */
export function brokerOver(utility: UtilityParentPort): (kind: WorkerKind) => ChildHandle {
  const workers = new Map<number, Awaited>()
  let lastToken = 0

  utility.on('message', ({ data, ports: [end] }) => {
    if (data.t === 'spawned' && end !== undefined) workers.get(data.token)?.arrived(data.pid, end)
    if (data.t === 'exited') {
      workers.get(data.token)?.ended({ code: data.code, signal: null })
      workers.delete(data.token)
    }
  })

  return (kind) => {
    const token = ++lastToken
    let pid: number | undefined
    const arrival = Promise.withResolvers<Port>()
    const exit = Promise.withResolvers<ExitInfo>()
    workers.set(token, {
      arrived(itsPid, end) {
        pid = itsPid
        arrival.resolve(portOf(end))
      },
      ended: exit.resolve,
    })
    utility.postMessage({ t: 'spawn', token, kind })
    return {
      get pid() {
        return pid
      },
      exited: exit.promise,
      kill: () => utility.postMessage({ t: 'kill', token }),
      port: {
        // Before the worker's port has come, what is sent to it waits.
        post: (message) => void arrival.promise.then((port) => port.post(message)),
        onMessage: (listener) => void arrival.promise.then((port) => port.onMessage(listener)),
        onClose: (listener) => void exit.promise.then(listener),
        close: () => void arrival.promise.then((port) => port.close()),
      },
    }
  }
}
