import { createHmac, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { describeDetail } from '../../../shared/texts/details-en.ts'
import { field, openSshKey } from './openssh-key.ts'
import { isLocked, parsePrivateKey } from './private-key.ts'

const ED25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIJAGKpQyQMazU3ty264v9+XK81YAD5MEXZBl/kzGepr/'
/** Made by PuTTYgen 0.78, of keys that were made for this. */
const PUTTY_3 = `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: aes256-cbc
Comment: galley test
Public-Lines: 2
AAAAC3NzaC1lZDI1NTE5AAAAIJAGKpQyQMazU3ty264v9+XK81YAD5MEXZBl/kzG
epr/
Key-Derivation: Argon2id
Argon2-Memory: 8192
Argon2-Passes: 8
Argon2-Parallelism: 1
Argon2-Salt: 71ef9c51b0cfa5f0884346d04e4a2627
Private-Lines: 1
ueYPMIp2vODvHykMMx0B84uu7tePUhw7TaIo1Hv00ZJfEr04ZrFn+ATvXriLkFb4
Private-MAC: 60f244a5eac7198a55b4e6c7c52f3315945677df931f739ce03f4a7bf4abf665
`
const ECDSA =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBE79gHBZHI1WNohamS4/bIwSaWb5DLj9SYijaPDmkzNG7H9couoY776wHEdVRcyPRUtmvNOL9u5a+5sDZRbY0xY='
const PUTTY_2 = `PuTTY-User-Key-File-2: ecdsa-sha2-nistp256
Encryption: aes256-cbc
Comment: galley test
Public-Lines: 3
AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBE79gHBZHI1W
NohamS4/bIwSaWb5DLj9SYijaPDmkzNG7H9couoY776wHEdVRcyPRUtmvNOL9u5a
+5sDZRbY0xY=
Private-Lines: 1
Z7RKRyPY65LINsSIKAA+gCMIwREBU4JWa5jfVrrA21PZmgIi1NiQB/R/OXv0SCxn
Private-MAC: 135ceb4ecfb4b7eb7e3e919f698631f44ba9f8a3
`
const PASSPHRASE = 'a b c'

/** Which key it is, when it can sign for its public half. */
function signsAs(text: string, passphrase?: string): string | undefined {
  const parsed = parsePrivateKey(text, passphrase)
  if (parsed.kind !== 'key') return parsed.kind === 'locked' ? 'locked' : describeDetail(parsed.because)
  const { key } = parsed
  const data = Buffer.from('to be signed')
  const hash = key.type === 'ssh-ed25519' ? undefined : 'sha256'
  return key.verify(data, key.sign(data, hash), hash) ? key.getPublicSSH().toString('base64') : 'signs wrong'
}

test.each([
  ['3', PUTTY_3, ED25519],
  ['2', PUTTY_2, ECDSA],
])('a PuTTY key of version %s signs, and tells a wrong passphrase and damage apart', (_version, text, publicHalf) => {
  expect(signsAs(text, PASSPHRASE)).toBe(publicHalf)
  expect(signsAs(text.replaceAll('\n', '\r\n'), PASSPHRASE)).toBe(publicHalf)
  expect(signsAs(text, 'another')).toBe('locked')
  expect(signsAs(text)).toBe('locked')
  expect(signsAs(text.replace('Private-MAC', 'Mac'), PASSPHRASE)).toContain('puttygen')
})

test('an RSA key of PuTTY, without a passphrase, has its numbers in their places; a changed one is damaged', () => {
  const {
    n = '',
    e = '',
    d = '',
    p = '',
    q = '',
    qi = '',
  } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
  }).privateKey.export({ format: 'jwk' })
  const [modulus, exponent, secret, first, second, inverse] = [n, e, d, p, q, qi].map((part) => {
    const bytes = Buffer.from(part, 'base64url')
    return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes])
  })
  const blobOf = (...parts: readonly (Buffer | string | undefined)[]): Buffer =>
    Buffer.concat(parts.map((part) => field(part ?? '')))
  const open = blobOf('ssh-rsa', exponent, modulus)
  const closed = blobOf(secret, first, second, inverse)
  const mac = createHmac('sha256', '')
    .update(blobOf('ssh-rsa', 'none', 'x', open, closed))
    .digest('hex')
  const lines = (bytes: Buffer): string[] => bytes.toString('base64').match(/.{1,64}/g) ?? []
  const key = [
    'PuTTY-User-Key-File-3: ssh-rsa',
    'Encryption: none',
    'Comment: x',
    `Public-Lines: ${lines(open).length}`,
    ...lines(open),
    `Private-Lines: ${lines(closed).length}`,
    ...lines(closed),
    `Private-MAC: ${mac}`,
  ].join('\n')
  expect(signsAs(key)).toBe(open.toString('base64'))
  expect(signsAs(key.replace('Comment: x', 'Comment: y'))).toContain('damaged')
})

test.each(['ed25519', 'ec', 'rsa'] as const)('PKCS#8 of an %s key signs, with and without a passphrase', (type) => {
  const { privateKey } =
    type === 'ed25519'
      ? generateKeyPairSync(type)
      : type === 'ec'
        ? generateKeyPairSync(type, { namedCurve: 'P-384' })
        : generateKeyPairSync(type, { modulusLength: 2048 })
  const plain = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const how = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE } as const
  const sealed = privateKey.export(how).toString()
  const name = signsAs(plain)
  expect(name).toMatch(/^AAAA/)
  expect(signsAs(`Bag Attributes\n    friendlyName: nas\n${plain}`)).toBe(name)
  expect(signsAs(sealed, PASSPHRASE)).toBe(name)
  expect(signsAs(sealed, 'another')).toBe('locked')
  expect([isLocked(sealed), isLocked(plain)]).toEqual([true, false])
})

test.each([
  ['', 'empty'],
  ['hello', 'no private key'],
  [`ssh-ed25519 ${ED25519} me@here`, 'public half'],
  ['---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----', 'public half'],
  [generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'public half'],
  [`ssh-ed25519-cert-v01@openssh.com ${ED25519} me@here`, 'certificate'],
  ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'no private key'],
  ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'damaged'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', 'damaged'],
  [openSshKey('sk-ssh-ed25519@openssh.com', [Buffer.alloc(32)], [Buffer.alloc(32)]), 'security key'],
  [generateKeyPairSync('ed448').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ed448'],
])('%j is refused in words that say what it is', (text, words) => {
  expect(signsAs(text)).toContain(words)
})
