import { join } from 'node:path'
import { createStream } from 'rotating-file-stream'

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Where main writes what happened. Never secrets. */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export interface LogFile extends Log {
  readonly path: string
  /** A line that a child process wrote itself: kept as it is when it is JSON, wrapped when it is not. */
  line(process: string, text: string): void
  /** Settles when everything is written. */
  close(): Promise<void>
}

/** JSON lines in `galley.log`; five files of 5 MB at most. */
export function openLogFile(folder: string, now: () => number): LogFile {
  const stream = createStream('galley.log', { path: folder, size: '5M', maxFiles: 5 })
  // A full disk must not end Galley: the log is what is given up.
  stream.on('error', () => undefined)
  const write = (level: string, event: string, fields: LogFields = {}): void => {
    stream.write(
      `${JSON.stringify({ time: new Date(now()).toISOString(), level, process: 'main', event, ...fields })}\n`,
    )
  }
  return {
    path: join(folder, 'galley.log'),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    line(process, text) {
      if (text.startsWith('{')) stream.write(`${text}\n`)
      else write('info', 'output', { process, text })
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  }
}
