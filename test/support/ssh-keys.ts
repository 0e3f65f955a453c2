import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type KeyType = 'ed25519' | 'rsa' | 'ecdsa'

/** Makes a key without a passphrase at `path`, its public half beside it; an RSA key in PEM, which old programs read too. */
export async function makeKey(path: string, type: KeyType = 'ed25519'): Promise<void> {
  const format = type === 'rsa' ? ['-b', '3072', '-m', 'PEM'] : []
  await run('ssh-keygen', ['-q', '-t', type, ...format, '-N', '', '-C', 'galley test', '-f', path])
}

/** The fingerprint of a key that `makeKey` made, as OpenSSH writes it: `SHA256:...`. */
export async function fingerprintOf(keyFile: string): Promise<string> {
  const [, blob = ''] = (await readFile(`${keyFile}.pub`, 'utf8')).split(' ')
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}
