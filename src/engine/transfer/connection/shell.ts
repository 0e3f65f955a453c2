import type { Client } from 'ssh2'

/** What is kept of an answer: enough for a digest and its name. */
const ANSWER_BYTES = 4096
/** A NAS that hashes slower than this would read back faster. */
const ANSWER_WITHIN_MS = 10 * 60_000

/** Commands run on the NAS, on a connection that is open anyhow. */
export interface Shell {
  /** What the command writes, the beginning of it; null when the NAS has no shell, the command fails or takes too long, the
   *  connection ends, or at an abort. */
  run(command: string, signal: AbortSignal): Promise<string | null>
}

/** `closed` settles when the connection is gone: nothing is heard of its commands then. */
export function createShell(client: Client, closed: Promise<unknown>): Shell {
  const underWay = new Set<() => void>()
  void closed.then(() => {
    for (const giveUp of underWay) giveUp()
  })
  return {
    run: (command, signal) =>
      new Promise((resolve) => {
        let answer = ''
        const settle = (value: string | null): void => {
          clearTimeout(timer)
          underWay.delete(giveUp)
          signal.removeEventListener('abort', giveUp)
          resolve(value)
        }
        const giveUp = (): void => settle(null)
        const timer = setTimeout(giveUp, ANSWER_WITHIN_MS)
        signal.addEventListener('abort', giveUp, { once: true })
        underWay.add(giveUp)
        try {
          client.exec(command, (error, stream) => {
            if (error !== undefined) return settle(null)
            stream.on('data', (bytes: Buffer) => {
              if (answer.length < ANSWER_BYTES) answer += bytes.toString('latin1')
            })
            stream.stderr.resume()
            stream.on('close', (code: number | null) => settle(code === 0 ? answer : null))
          })
        } catch {
          // Not connected any more.
          settle(null)
        }
      }),
  }
}
