import type { Port } from '../shared/worker/port.ts'

/** The Electron utility process's side of its channel, as much of it as is used here. */
interface UtilityParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
}

/** The port to the process that started this one: Electron's parent port in a utility process, Node's channel in a
 *  forked child. The process ends when its parent is gone, so no child outlives Galley. */
export function openParentPort(): Port {
  const utility = (process as { parentPort?: UtilityParentPort }).parentPort
  if (utility !== undefined) {
    return {
      post: (message) => utility.postMessage(message),
      onMessage: (listener) => void utility.on('message', (event) => listener(event.data)),
      // Electron ends its utility processes with the app.
      onClose: () => undefined,
      close: () => process.exit(0),
    }
  }
  if (process.send === undefined) throw new Error('This file is started by Galley, not by hand.')
  process.once('disconnect', () => process.exit(0))
  return {
    post: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.once('disconnect', listener),
    close: () => process.disconnect(),
  }
}
