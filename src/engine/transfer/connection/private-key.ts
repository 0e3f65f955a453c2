import { createPrivateKey, type KeyObject } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import type { Detail } from '../../../shared/domain/detail.ts'
import { openSshHeader, openSshKey } from './openssh-key.ts'
import { type Converted, fromPutty } from './putty-key.ts'

/** What a private key's text turned out to be: a key that can sign; one whose passphrase is missing or wrong; or nothing
 *  that can be used, and why, for a person. */
export type PrivateKey =
  | { readonly kind: 'key'; readonly key: ParsedKey }
  | Exclude<Converted, { readonly kind: 'text' }>

const unusable = (because: Detail): PrivateKey => ({ kind: 'unusable', because })

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----\s([\s\S]+?)\s-----END \1-----/
const PUBLIC = /^(?:(?:ssh|ecdsa|sk)-\S+ |-{4,5} ?BEGIN (?:SSH2 |RSA )?PUBLIC KEY)/m
const CERTIFICATE = /^\S+-cert-v01@openssh\.com /

/** Is it the text of a private key that opens with a passphrase only? */
export function isLocked(text: string): boolean {
  return parsePrivateKey(text, undefined).kind === 'locked'
}

/** Reads keys of OpenSSH, of PEM (PKCS#1, SEC 1, PKCS#8) and of PuTTY. */
export function parsePrivateKey(text: string, passphrase: string | undefined): PrivateKey {
  if (text === '') return unusable({ says: 'key-empty' })
  if (text.startsWith('PuTTY-User-Key-File-')) return signing(fromPutty(text, passphrase))
  const [block, label, body] = PEM.exec(text) ?? []
  if (block === undefined || label === undefined || body === undefined) return unusable(whatElse(text))
  if (label === 'OPENSSH PRIVATE KEY') return parseOpenSsh(block, body, passphrase)
  if (label.endsWith('PRIVATE KEY')) return signing(fromPem(block, label, passphrase))
  return unusable(whatElse(text))
}

function whatElse(text: string): Detail {
  if (CERTIFICATE.test(text)) return { says: 'key-is-certificate' }
  if (PUBLIC.test(text)) return { says: 'key-is-public' }
  return { says: 'no-private-key' }
}

function parseOpenSsh(block: string, body: string, passphrase: string | undefined): PrivateKey {
  const header = openSshHeader(body)
  if (header === null) return unusable({ says: 'key-damaged' })
  if (header.keyType.startsWith('sk-')) {
    return unusable({ says: 'key-in-security-key' })
  }
  if (!header.isEncrypted) return signing({ kind: 'text', text: block })
  if (passphrase === undefined) return { kind: 'locked' }
  const key = ssh2.utils.parseKey(block, passphrase)
  return isKey(key) ? { kind: 'key', key } : { kind: 'locked' }
}

function fromPem(block: string, label: string, passphrase: string | undefined): Converted {
  const isEncrypted = label.startsWith('ENCRYPTED') || /^DEK-Info:/m.test(block)
  if (isEncrypted && passphrase === undefined) return { kind: 'locked' }
  try {
    const key = createPrivateKey({ key: block, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) })
    return asText(key)
  } catch {
    return isEncrypted ? { kind: 'locked' } : { kind: 'unusable', because: { says: 'key-damaged' } }
  }
}

/** ssh2 reads PKCS#1 and SEC 1, and Ed25519 in OpenSSH's format only. */
function asText(key: KeyObject): Converted {
  const type = key.asymmetricKeyType
  if (type === 'rsa') return { kind: 'text', text: key.export({ type: 'pkcs1', format: 'pem' }).toString() }
  if (type === 'ec') return { kind: 'text', text: key.export({ type: 'sec1', format: 'pem' }).toString() }
  if (type !== 'ed25519') return { kind: 'unusable', because: { says: 'key-type-unusable', type: `${type}` } }
  const { d = '', x = '' } = key.export({ format: 'jwk' })
  const [secret, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]
  return { kind: 'text', text: openSshKey('ssh-ed25519', [open], [open, Buffer.concat([secret, open])]) }
}

function signing(converted: Converted): PrivateKey {
  if (converted.kind !== 'text') return converted
  const key = ssh2.utils.parseKey(converted.text)
  if (!isKey(key)) return unusable(key instanceof Error ? key.message : { says: 'key-damaged' })
  return key.type === 'ssh-dss' ? unusable({ says: 'dsa-key' }) : { kind: 'key', key }
}

/** ssh2 answers nothing at all for an OpenSSH file with no key in it. */
function isKey(parsed: ParsedKey | Error | undefined): parsed is ParsedKey {
  return parsed !== undefined && !(parsed instanceof Error) && parsed.isPrivateKey()
}
