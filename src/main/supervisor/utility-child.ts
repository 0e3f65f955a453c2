import { createInterface } from 'node:readline'
import { MessageChannelMain, type UtilityProcess, utilityProcess } from 'electron'
import { portOf, type ToUtility } from '../../shared/worker/message-port.ts'
import { type ExitInfo, forkOptions } from '../../shared/worker/port.ts'
import type { EndableChild } from './supervise.ts'

/** What every process of Galley is forked with. */
export interface Forking {
  /** The folder of the built entries, one file a process. */
  readonly entries: string
  /** Hears each line that a process prints. */
  onLine(process: string, text: string): void
}

/** Starts `out/main/{name}.js` as a utility process. */
export function forkUtility({ entries, onLine }: Forking, name: string, args: readonly string[] = []): UtilityProcess {
  const { env, execArgv } = forkOptions(name)
  const child = utilityProcess.fork(`${entries}/${name}.js`, [...args], {
    serviceName: `galley-${name}`,
    stdio: 'pipe',
    execArgv,
    env: { ...process.env, ...env },
  })
  for (const stream of [child.stdout, child.stderr]) {
    // Typed as any readable; a pipe's output always is one that readline takes.
    if (stream !== null)
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (text) => onLine(name, text))
  }
  return child
}

/** Gives a process the one end of a channel as the port that it serves; returns the other end. */
export function servedPort(child: UtilityProcess): Electron.MessagePortMain {
  const { port1, port2 } = new MessageChannelMain()
  child.postMessage({ t: 'port' } satisfies ToUtility, [port2])
  return port1
}

/** A utility process as its supervisor holds it. */
export function supervisedChild(child: UtilityProcess): EndableChild {
  const port = portOf(servedPort(child))
  const exited = new Promise<ExitInfo>((resolve) => void child.once('exit', (code) => resolve({ code, signal: null })))
  return {
    get pid() {
      return child.pid
    },
    exited,
    kill: () => killHard(child),
    end: () => void child.kill(),
    // The exit tells for certain that nobody is there; a channel may close before or after it.
    port: { ...port, onClose: (listener) => void exited.then(listener) },
  }
}

/** Ends a process at once; its pid is Electron's own record, gone as soon as the process is. */
export function killHard(child: UtilityProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(child.pid, 'SIGKILL')
  } catch {
    // It ended by itself a moment ago; its exit is on the way.
  }
}
