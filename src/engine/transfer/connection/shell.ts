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
  const over = new AbortController()
  void closed.then(() => over.abort())
  let isSlow = false
  return {
    async run(command, withinMs, signal) {
      if (isSlow) return null
      const late = new AbortController()
      const timer = setTimeout(() => {
        isSlow = true
        late.abort()
      }, withinMs)
      const answer = await answerTo(client, command, AbortSignal.any([signal, over.signal, late.signal]))
      clearTimeout(timer)
      return answer
    },
  }
}

function answerTo(client: Client, command: string, givenUp: AbortSignal): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  let answer = ''
  givenUp.addEventListener('abort', () => resolve(null), { once: true })
  try {
    client.exec(command, (error, stream) => {
      if (error !== undefined) return resolve(null)
      givenUp.addEventListener('abort', () => stream.close(), { once: true })
      stream.on('data', (bytes: Buffer) => {
        if (answer.length < ANSWER_BYTES) answer += bytes.toString('latin1')
      })
      stream.stderr.resume()
      stream.on('close', (code: number | null) => resolve(code === 0 ? answer : null))
      // Where an SFTP server answers every command, it waits for requests until it hears that none come.
      stream.end()
    })
  } catch {
    // Not connected any more.
    resolve(null)
  }
  return promise
}
