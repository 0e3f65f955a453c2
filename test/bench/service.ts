import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const CHILD = join(import.meta.dirname, 'service-child.ts')

/** A record service in a process of its own, with one shop, `bench`. */
export interface BenchService extends AsyncDisposable {
  readonly url: string
  readonly token: string
  /** Of another workstation of the shop. */
  readonly otherToken: string
  /** How long its event loop was held up since the last call. */
  loopDelay(): Promise<{ readonly p99Ms: number; readonly maxMs: number }>
}

/** Starts it on a PostgreSQL database, or embedded in a folder. */
export async function startService(
  place: { readonly url: string } | { readonly folder: string },
): Promise<BenchService> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(place)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const line = await lines.next()
    if (line.done === true) throw new Error('the service ended')
    return JSON.parse(line.value)
  }
  const { url, token, otherToken } = await next()
  return {
    url,
    token,
    otherToken,
    loopDelay() {
      child.stdin.write('\n')
      return next()
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
