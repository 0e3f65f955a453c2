import type { EventEmitter } from 'node:events'

/** Whoever reads what is printed may stop reading, as `| head -1` does. That ends no upload: the rest is printed for nobody.
 *  The signal is aborted then, for who does nothing but print. */
export function untilUnread(outputs: readonly EventEmitter[]): AbortSignal {
  const unread = new AbortController()
  for (const output of outputs)
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      unread.abort()
    })
  return unread.signal
}
