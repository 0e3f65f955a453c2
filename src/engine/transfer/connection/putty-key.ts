import * as crypto from 'node:crypto'
import type { Detail } from '../../../shared/domain/detail.ts'
import { field, openSshKey, readFields } from './openssh-key.ts'

/** A key as text that ssh2 reads; or locked, because its passphrase is missing or wrong; or of no use, and why. */
export type Converted =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'locked' }
  | { readonly kind: 'unusable'; readonly because: Detail }

/** More than any PuTTYgen asks for, and less than a computer lacks. */
const MAX_ARGON2_KIB = 1024 * 1024
const MAX_ARGON2_PASSES = 10_000

interface PuttyKey {
  readonly version: string
  readonly keyType: string
  readonly encryption: string
  readonly comment: string
  readonly publicBlob: Buffer
  readonly privateBlob: Buffer
  readonly mac: string
  readonly headers: ReadonlyMap<string, string>
}

interface Secrets {
  readonly cipherKey: Buffer
  readonly iv: Buffer
  readonly macKey: Buffer
}

/** A PuTTY key of version 2 or 3 (PuTTY manual, appendix C) as one of OpenSSH's. Its MAC tells a wrong passphrase. */
export function fromPutty(text: string, passphrase: string | undefined): Converted {
  const putty = parse(text)
  if (putty === null) return { kind: 'unusable', because: { says: 'putty-unreadable' } }
  const isEncrypted = putty.encryption !== 'none'
  if (isEncrypted && passphrase === undefined) return { kind: 'locked' }
  const secrets = isEncrypted ? derive(putty, passphrase ?? '') : plain(putty)
  if (secrets === null) return { kind: 'unusable', because: { says: 'putty-unopened' } }
  const blob = isEncrypted ? decrypt(putty.privateBlob, secrets) : putty.privateBlob
  if (blob === null || macOf(putty, blob, secrets.macKey) !== putty.mac) {
    return isEncrypted ? { kind: 'locked' } : { kind: 'unusable', because: { says: 'key-damaged' } }
  }
  const converted = openSshOf(putty.keyType, putty.publicBlob, blob)
  return converted === null
    ? { kind: 'unusable', because: { says: 'key-type-unusable', type: putty.keyType } }
    : { kind: 'text', text: converted }
}

function parse(text: string): PuttyKey | null {
  const lines = text.split(/\r?\n/)
  const headers = new Map<string, string>()
  const blobs = new Map<string, Buffer>()
  for (let at = 0; at < lines.length; at++) {
    const [, name, value] = /^([^:]+): (.*)$/.exec(lines[at] ?? '') ?? []
    if (name === undefined || value === undefined) continue
    headers.set(name, value)
    if (!name.endsWith('-Lines')) continue
    const count = Number(value)
    blobs.set(name, Buffer.from(lines.slice(at + 1, at + 1 + count).join(''), 'base64'))
    at += count
  }
  const [, version] = /^PuTTY-User-Key-File-([23]): /.exec(text) ?? []
  const keyType = headers.get(`PuTTY-User-Key-File-${version}`)
  const [encryption, mac] = [headers.get('Encryption'), headers.get('Private-MAC')]
  const [publicBlob, privateBlob] = [blobs.get('Public-Lines'), blobs.get('Private-Lines')]
  if (version === undefined || keyType === undefined || mac === undefined) return null
  if (encryption !== 'none' && encryption !== 'aes256-cbc') return null
  if (publicBlob === undefined || privateBlob === undefined) return null
  return { version, keyType, encryption, comment: headers.get('Comment') ?? '', publicBlob, privateBlob, mac, headers }
}

const sha1 = (...parts: readonly (Buffer | string)[]): Buffer =>
  crypto
    .createHash('sha1')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest()

const macKeyOf2 = (passphrase: string): Buffer => sha1('putty-private-key-file-mac-key', passphrase)

function plain({ version }: PuttyKey): Secrets {
  const none = Buffer.alloc(0)
  return { cipherKey: none, iv: none, macKey: version === '2' ? macKeyOf2('') : none }
}

/** Null where this runtime cannot, or the file asks for more than is sane. */
function derive({ version, headers }: PuttyKey, passphrase: string): Secrets | null {
  if (version === '2') {
    const key = Buffer.concat([0, 1].map((n) => sha1(Buffer.from([0, 0, 0, n]), passphrase))).subarray(0, 32)
    return { cipherKey: key, iv: Buffer.alloc(16), macKey: macKeyOf2(passphrase) }
  }
  const [kib, passes, lanes] = ['Memory', 'Passes', 'Parallelism'].map((name) => Number(headers.get(`Argon2-${name}`)))
  const algorithm = headers.get('Key-Derivation')?.toLowerCase()
  if (algorithm !== 'argon2id' && algorithm !== 'argon2i' && algorithm !== 'argon2d') return null
  if (kib === undefined || passes === undefined || lanes === undefined) return null
  // Electron's crypto is another library, which may lack it.
  if (typeof crypto.argon2Sync !== 'function' || !(kib <= MAX_ARGON2_KIB) || !(passes <= MAX_ARGON2_PASSES)) return null
  const nonce = Buffer.from(headers.get('Argon2-Salt') ?? '', 'hex')
  const sizes = { memory: kib, passes, parallelism: lanes, tagLength: 80 }
  try {
    const bytes = crypto.argon2Sync(algorithm, { message: Buffer.from(passphrase), nonce, ...sizes })
    return { cipherKey: bytes.subarray(0, 32), iv: bytes.subarray(32, 48), macKey: bytes.subarray(48) }
  } catch {
    return null
  }
}

function decrypt(blob: Buffer, { cipherKey, iv }: Secrets): Buffer | null {
  if (blob.length % 16 !== 0) return null
  const decipher = crypto.createDecipheriv('aes-256-cbc', cipherKey, iv).setAutoPadding(false)
  return Buffer.concat([decipher.update(blob), decipher.final()])
}

function macOf({ version, keyType, encryption, comment, publicBlob }: PuttyKey, blob: Buffer, macKey: Buffer): string {
  const signed = Buffer.concat([keyType, encryption, comment, publicBlob, blob].map(field))
  return crypto
    .createHmac(version === '2' ? 'sha1' : 'sha256', macKey)
    .update(signed)
    .digest('hex')
}

function openSshOf(keyType: string, publicBlob: Buffer, privateBlob: Buffer): string | null {
  const [, a, b] = readFields(publicBlob)
  // What stands behind the last field pads an encrypted blob to a whole block.
  const [c, d, e, f] = readFields(privateBlob)
  if (a === undefined || c === undefined) return null
  if (keyType === 'ssh-ed25519') return openSshKey(keyType, [a], [a, Buffer.concat([c, a])])
  if (b === undefined) return null
  if (keyType.startsWith('ecdsa-sha2-')) return openSshKey(keyType, [a, b], [a, b, c])
  if (keyType !== 'ssh-rsa' || d === undefined || e === undefined || f === undefined) return null
  // PuTTY: exponent, modulus; private exponent, p, q, the inverse of q.
  return openSshKey(keyType, [a, b], [b, a, c, f, d, e])
}
