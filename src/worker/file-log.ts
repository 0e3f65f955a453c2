import { join } from 'node:path'
import { createStream } from 'rotating-file-stream'
import type { Log, LogFields } from '../shared/worker/log.ts'

export interface FileLog extends Log {
  readonly path: string
  /** Settles when everything is written. */
  close(): Promise<void>
}

/** A log of JSON lines in `directory`, at most 5 files of 5 MB. Its writers never put secrets in. */
export function openFileLog(directory: string, name: string, now: () => number): FileLog {
  const stream = createStream(`${name}.log`, { path: directory, size: '5M', maxFiles: 5 })
  // A log that cannot be written must not end the work.
  stream.on('error', () => undefined)
  const write = (level: string, event: string, fields: LogFields = {}): void => {
    stream.write(`${JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...fields })}\n`)
  }
  return {
    path: join(directory, `${name}.log`),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  }
}
