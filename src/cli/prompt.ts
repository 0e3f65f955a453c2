import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Speech } from './speech.ts'

/** Is a person there to answer? */
export function isAttended(): boolean {
  return process.stdin.isTTY === true
}

/** Asks for a secret at the terminal without showing it. Null when nobody is there, or will not answer. */
export async function askSecret(question: string): Promise<string | null> {
  if (!isAttended()) return null
  process.stderr.write(question)
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = await ask('', muted)
  process.stderr.write('\n')
  return answer === '' ? null : answer
}

/** A yes or no question at the terminal; no when nobody is there. */
export async function confirm(question: string, { hint, yes }: Speech['ask']['sure']): Promise<boolean> {
  if (!isAttended()) return false
  const answer = await ask(`${question} ${hint} `, process.stderr)
  return answer !== null && yes.includes(answer.trim().toLowerCase())
}

/** Null at the end of the input and at Ctrl-C, which then does what it does everywhere. */
async function ask(question: string, output: NodeJS.WritableStream): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)))
  lines.once('SIGINT', () => {
    lines.close()
    process.kill(process.pid, 'SIGINT')
  })
  const answer = await Promise.race([lines.question(question).catch(() => null), closed])
  lines.close()
  return answer
}
