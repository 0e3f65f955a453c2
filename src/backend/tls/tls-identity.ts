import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'

/** What the service proves itself with, PEM both. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
}

/** SHA-256 of the certificate's public key, written as OpenSSH writes a host key's: `SHA256:...`. */
export function fingerprintOf({ cert }: Pick<TlsIdentity, 'cert'>): string {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  const digest = createHash('sha256').update(key).digest('base64')
  return `SHA256:${digest.replace(/=+$/, '')}`
}

/** False when it is no key with its certificate. */
export function isTlsIdentity(identity: TlsIdentity): boolean {
  try {
    return new X509Certificate(identity.cert).checkPrivateKey(createPrivateKey(identity.key))
  } catch {
    return false
  }
}
