import type { Client } from 'ssh2'

/** What is kept of an answer: enough for a digest and its name. */
const ANSWER_BYTES = 4096

/** Commands run on the NAS, on a connection that is open anyhow. */
export interface Shell {
  /** What the command writes, the beginning of it; null when the NAS has no shell, the command fails or takes longer than
   *  `withinMs`, the connection ends, or at an abort. Nothing is typed into it. A shell that took longer once is not asked
   *  again: what it starts with may hang for each command. */
  run(command: string, withinMs: number, signal: AbortSignal): Promise<string | null>
}

/** `closed` settles when the connection is gone: nothing is heard of its commands then. */
export function createShell(client: Client, closed: Promise<unknown>): Shell {
  const underWay = new Set<() => void>()
  let isSlow = false
  void closed.then(() => {
    for (const giveUp of underWay) giveUp()
  })
  return {
    run: (command, withinMs, signal) =>
      new Promise((resolve) => {
        if (isSlow) return resolve(null)
        let answer = ''
        let end = (): void => undefined
        const settle = (value: string | null): void => {
          clearTimeout(timer)
          underWay.delete(giveUp)
          signal.removeEventListener('abort', giveUp)
          resolve(value)
        }
        const giveUp = (): void => {
          settle(null)
          end()
        }
        const timer = setTimeout(() => {
          isSlow = true
          giveUp()
        }, withinMs)
        signal.addEventListener('abort', giveUp, { once: true })
        underWay.add(giveUp)
        try {
          client.exec(command, (error, stream) => {
            if (error !== undefined) return settle(null)
            end = () => stream.close()
            stream.on('data', (bytes: Buffer) => {
              if (answer.length < ANSWER_BYTES) answer += bytes.toString('latin1')
            })
            stream.stderr.resume()
            stream.on('close', (code: number | null) => settle(code === 0 ? answer : null))
            // Where an SFTP server answers every command, it waits for requests until it hears that none come.
            stream.end()
          })
        } catch {
          // Not connected any more.
          settle(null)
        }
      }),
  }
}
