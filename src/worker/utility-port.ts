import type { FromUtility, MessagePortLike, ToUtility } from '../shared/worker/message-port.ts'

/** A utility process's own channel to Electron's main process, as much of it as is used here. */
export interface UtilityParentPort {
  postMessage(message: FromUtility): void
  on(
    event: 'message',
    listener: (event: { readonly data: ToUtility; readonly ports: readonly MessagePortLike[] }) => void,
  ): unknown
}

/** Set in a process that Electron's main forked; undefined under plain Node. */
export function utilityParentPort(): UtilityParentPort | undefined {
  return (process as { readonly parentPort?: UtilityParentPort }).parentPort
}
