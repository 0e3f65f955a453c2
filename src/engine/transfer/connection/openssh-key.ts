/** The length-prefixed fields of SSH's own encoding (RFC 4251) that `bytes` begins with, up to one that does not fit. */
export function readFields(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = []
  for (let at = 0, next = fieldAt(bytes, 0); next !== null; next = fieldAt(bytes, at)) {
    fields.push(next)
    at += 4 + next.length
  }
  return fields
}

/** The field that begins at this offset; null when it would reach past the end. */
function fieldAt(bytes: Buffer, offset: number): Buffer | null {
  if (offset + 4 > bytes.length) return null
  const end = offset + 4 + bytes.readUInt32BE(offset)
  return end > bytes.length ? null : bytes.subarray(offset + 4, end)
}

/** One field, with its length before it. */
export function field(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([uint32(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const MAGIC = Buffer.from('openssh-key-v1\0')

export interface OpenSshHeader {
  /** Such as `ssh-ed25519`. */
  readonly keyType: string
  readonly isEncrypted: boolean
}

/** What an OpenSSH private key tells of itself without its passphrase; null when it is damaged. */
export function openSshHeader(base64: string): OpenSshHeader | null {
  const bytes = Buffer.from(base64, 'base64')
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null
  let at = MAGIC.length
  const next = (): Buffer | null => {
    const found = fieldAt(bytes, at)
    at += 4 + (found?.length ?? 0)
    return found
  }
  const [cipher, kdf, kdfOptions] = [next(), next(), next()]
  // The number of keys is always one.
  at += 4
  const publicKey = next()
  const keyType = publicKey === null ? null : fieldAt(publicKey, 0)
  if (cipher === null || kdf === null || kdfOptions === null || keyType === null) return null
  return { keyType: keyType.toString(), isEncrypted: cipher.toString() !== 'none' }
}

/** An OpenSSH private key, not encrypted, of the fields that its type has: those of the public half and, in OpenSSH's
 *  order, those of the private one. */
export function openSshKey(keyType: string, publicFields: readonly Buffer[], privateFields: readonly Buffer[]): string {
  const name = field(keyType)
  const publicKey = Buffer.concat([name, ...publicFields.map(field)])
  const check = uint32(0)
  const secret = Buffer.concat([check, check, name, ...privateFields.map(field), field('')])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8))
  const none = field('none')
  const whole = [MAGIC, none, none, field(''), uint32(1), field(publicKey), field(Buffer.concat([secret, padding]))]
  const lines =
    Buffer.concat(whole)
      .toString('base64')
      .match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}
