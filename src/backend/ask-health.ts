import { request as askPlainly } from 'node:http'
import { request as askEncrypted } from 'node:https'
import { text } from 'node:stream/consumers'

const PATIENCE_MS = 8_000

/** What `/health/ready` of the service on this computer says. Nothing secret is sent, so its key may be any. */
export function askHealth(listening: string): Promise<{ readonly status: number; readonly text: string }> {
  const url = new URL('/health/ready', listening)
  const ask = url.protocol === 'https:' ? askEncrypted : askPlainly
  return new Promise((resolve) => {
    const fail = (error: Error): void => resolve({ status: 0, text: `The service does not answer: ${error.message}` })
    const asked = ask(url, { rejectUnauthorized: false, timeout: PATIENCE_MS }, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, text: said }), fail)
    })
    asked.on('timeout', () => asked.destroy(new Error(`nothing within ${PATIENCE_MS / 1000} s`)))
    asked.on('error', fail)
    asked.end()
  })
}
