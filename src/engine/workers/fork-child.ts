import { fork } from 'node:child_process'
import { parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ChildHandle, type ExitInfo, forkOptions } from '../../shared/worker/port.ts'

/** Starts a child process on `entry` with a port over Node's own channel, by structured clone. The child ends by itself
 *  when this process is gone, however it ended. */
export function forkChild(entry: URL, args: readonly string[] = []): ChildHandle {
  const path = fileURLToPath(entry)
  const { env, execArgv } = forkOptions(parse(path).name)
  const child = fork(path, args, {
    serialization: 'advanced',
    execArgv,
    env: { ...process.env, ...env },
  })
  const exited = new Promise<ExitInfo>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
  return {
    pid: child.pid,
    exited,
    kill: () => void child.kill('SIGKILL'),
    port: {
      post(message) {
        // A send to a dying child fails; its exit tells the caller.
        if (child.connected) child.send(message as object, () => undefined)
      },
      onMessage: (listener) => void child.on('message', listener),
      onClose: (listener) => void exited.then(listener),
      close: () => {
        if (child.connected) child.disconnect()
      },
    },
  }
}
