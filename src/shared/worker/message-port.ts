import type { Port } from './port.ts'

/** An end of an Electron message channel, as main and utility processes both have it. */
export interface MessagePortLike {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** Makes a port of a message channel's end. It starts with the first listener, so nothing that came before is lost. */
export function portOf(end: MessagePortLike): Port {
  return {
    post: (message) => end.postMessage(message),
    onMessage(listener) {
      end.on('message', (event) => listener(event.data))
      end.start()
    },
    onClose: (listener) => void end.on('close', listener),
    close: () => end.close(),
  }
}

/** What goes over a utility process's own channel. Calls and answers never do: those have ports of their own. */
export type ToUtility =
  /** Comes first, with the port to whoever this process serves. */
  | { readonly t: 'port' }
  /** Answers `spawn`, with the port to the worker. */
  | { readonly t: 'spawned'; readonly token: number; readonly pid: number | undefined }
  | { readonly t: 'exited'; readonly token: number; readonly code: number | null }

/** What the engine process asks of main, which alone can fork. `token` names the worker between the two. */
export type FromUtility =
  | { readonly t: 'spawn'; readonly token: number; readonly kind: string }
  | { readonly t: 'kill'; readonly token: number }
