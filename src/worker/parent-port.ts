import { portOf } from '../shared/worker/message-port.ts'
import type { Port } from '../shared/worker/port.ts'
import { type UtilityParentPort, utilityParentPort } from './utility-port.ts'

/** The port to the process that this one serves: in an Electron utility process the one that main sends it first, in a
 *  forked child Node's channel. The process ends when the other side is gone, so no child outlives Galley. */
export function openParentPort(): Port {
  const utility = utilityParentPort()
  if (utility !== undefined) return firstPortOf(utility)
  if (process.send === undefined) throw new Error('This file is started by Galley, not by hand.')
  process.once('disconnect', () => process.exit(0))
  // The parent may have gone while this process was starting.
  if (!process.connected) process.exit(0)
  // Ctrl-C in a terminal, its end and the end of a session reach every process of the group; the one that a person
  // started decides what ends when.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  return {
    // What cannot be sent any more is for a parent that is gone; this process ends with it.
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.once('disconnect', listener),
    close: () => process.disconnect(),
  }
}

/** Acts as the port before it has come: what is posted until then waits. */
function firstPortOf(utility: UtilityParentPort): Port {
  const port = new Promise<Port>((resolve) => {
    utility.on('message', ({ data, ports: [end] }) => {
      if (data.t !== 'port' || end === undefined) return
      end.on('close', () => process.exit(0))
      resolve(portOf(end))
    })
  })
  return {
    post: (message) => void port.then((open) => open.post(message)),
    onMessage: (listener) => void port.then((open) => open.onMessage(listener)),
    onClose: (listener) => void port.then((open) => open.onClose(listener)),
    close: () => process.exit(0),
  }
}
