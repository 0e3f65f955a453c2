import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endingWithTest } from '../support/processes.ts'

/** The record service as a process of its own, started again on the same port whenever it was killed. */
export interface KeptBackend extends AsyncDisposable {
  readonly url: string
  readonly pid: number | undefined
  /** What it wrote so far. */
  output(): string
}

export interface KeptBackendOptions {
  /** `backend/main.ts`. */
  readonly entry: URL
  readonly dataDir: string
  /** Of a PostgreSQL server that keeps the records. While it is away the service cannot start, and is started again. */
  readonly databaseUrl?: string
  /** It ended otherwise than by SIGKILL. */
  readonly onCrash: (how: string) => void
}

export async function keepBackend({ entry, dataDir, databaseUrl, onCrash }: KeptBackendOptions): Promise<KeptBackend> {
  const listening = Promise.withResolvers<string>()
  let output = ''
  let letGo = false
  let port = '0'

  const start = () => {
    const [program, ...args] = endingWithTest(
      process.execPath,
      ...[fileURLToPath(entry), '--data-dir', dataDir, 'serve', '--port', port],
    )
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DATABASE_URL: databaseUrl },
    })
    let said = ''
    const take = (data: Buffer): void => {
      output += data.toString()
      said += data.toString()
      const url = /"listening":"([^"]+)"/.exec(output)?.[1]
      if (url !== undefined) listening.resolve(url)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const ended = new Promise<void>((resolve) => {
      child.once('close', (code, signal) => {
        resolve()
        if (letGo) return
        const isWithoutDatabase = databaseUrl !== undefined && said.includes('(database: ')
        if (signal !== 'SIGKILL' && !isWithoutDatabase) {
          const how = `the backend ended by itself: ${signal ?? code}: ${output.slice(-500)}`
          listening.reject(new Error(how))
          return onCrash(how)
        }
        running = start()
      })
    })
    return { child, ended }
  }

  let running = start()
  const url = await listening.promise
  port = new URL(url).port
  return {
    url,
    get pid() {
      return running.child.pid
    },
    output: () => output,
    async [Symbol.asyncDispose]() {
      letGo = true
      running.child.kill('SIGKILL')
      await running.ended
    },
  }
}
