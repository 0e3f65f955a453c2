import { sign } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import { field } from './openssh-key.ts'

/** What a certificate authority signed of a key, as it lies beside it in `KEY-cert.pub`. */
export interface Certificate {
  readonly key: ParsedKey
  readonly blob: Buffer
  readonly signing: Signing
}

interface Signing {
  readonly algorithm: string
  /** Ed25519 has its own. */
  readonly hash: string | null
}

const SUFFIX = '-cert-v01@openssh.com'

/** How each type of key signs. RSA's own name stands for SHA-1, which no server of today takes. */
const SIGNING: ReadonlyMap<string, Signing> = new Map([
  ['ssh-ed25519', { algorithm: 'ssh-ed25519', hash: null }],
  ['ssh-rsa', { algorithm: 'rsa-sha2-512', hash: 'sha512' }],
  ['ecdsa-sha2-nistp256', { algorithm: 'ecdsa-sha2-nistp256', hash: 'sha256' }],
  ['ecdsa-sha2-nistp384', { algorithm: 'ecdsa-sha2-nistp384', hash: 'sha384' }],
  ['ecdsa-sha2-nistp521', { algorithm: 'ecdsa-sha2-nistp521', hash: 'sha512' }],
])

/** The certificate of this key, from the text of its file; null when it is of another type of key, or none. */
export function parseCertificate(text: string, key: ParsedKey): Certificate | null {
  const [name, base64] = text.split(/\s+/)
  const signing = SIGNING.get(key.type)
  if (name !== `${key.type}${SUFFIX}` || base64 === undefined || signing === undefined) return null
  return { key, blob: Buffer.from(base64, 'base64'), signing }
}

/** An RSA key that signs with SHA-512: to a server that names both, ssh2 offers it with SHA-256 alone. */
export function withSha512(key: ParsedKey): ParsedKey {
  return Object.create(key, {
    type: { value: 'rsa-sha2-512' },
    sign: { value: (data: Buffer) => sign('sha512', data, key.getPrivatePEM()) },
  })
}

/** Signs in with a certificate. ssh2 asks the server whether it takes the certificate and prepares what is to be signed,
 *  but names the signature like the certificate, which OpenSSH refuses; so the signed request is sent from here. */
export class CertificateAgent extends ssh2.BaseAgent {
  hasSigned = false
  readonly #certificate: Certificate
  readonly #client: object

  constructor(certificate: Certificate, client: object) {
    super()
    this.#certificate = certificate
    this.#client = client
  }

  override getIdentities(answer: (error: undefined, keys: ParsedKey[]) => void): void {
    const { key, blob, signing } = this.#certificate
    const shown: ParsedKey = Object.create(key, {
      type: { value: `${signing.algorithm}${SUFFIX}` },
      getPublicSSH: { value: () => blob },
    })
    answer(undefined, [shown])
  }

  override sign(_key: unknown, data: Buffer): void {
    this.hasSigned = true
    const { key, signing } = this.#certificate
    const signature = Buffer.concat([field(signing.algorithm), field(signatureOf(key, data, signing))])
    // What is signed begins with the session's id, which is not sent.
    const request = data.subarray(4 + data.readUInt32BE(0))
    sendPacket(this.#client, Buffer.concat([request, field(signature)]))
  }
}

function signatureOf(key: ParsedKey, data: Buffer, { hash }: Signing): Buffer {
  const signature = sign(hash, data, { key: key.getPrivatePEM(), dsaEncoding: 'ieee-p1363' })
  if (!key.type.startsWith('ecdsa-')) return signature
  const half = signature.length / 2
  return Buffer.concat([signature.subarray(0, half), signature.subarray(half)].map((part) => field(positive(part))))
}

/** A number as SSH writes it: without zeros before it, but for one where it would be read as negative. */
function positive(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const number = bytes.subarray(first)
  return (number[0] ?? 0) < 0x80 ? number : Buffer.concat([Buffer.alloc(1), number])
}

/** The part of ssh2 1.17 by which its own requests to sign in are sent; it offers no other way to send one. */
interface Ssh2Protocol {
  readonly _authsQueue: string[]
  readonly _packetRW: {
    readonly write: { readonly allocStart: number; alloc(sizeBytes: number): Buffer; finalize(packet: Buffer): Buffer }
  }
  readonly _cipher: { encrypt(packet: Buffer): void }
}

function sendPacket(client: object, payload: Buffer): void {
  // ssh2-sftp-client has ssh2's inside.
  const inner: object = Reflect.get(client, 'client') ?? client
  const { _authsQueue: waiting, _packetRW: packets, _cipher: cipher }: Ssh2Protocol = Reflect.get(inner, '_protocol')
  const packet = packets.write.alloc(payload.length)
  packet.set(payload, packets.write.allocStart)
  waiting.push('publickey')
  cipher.encrypt(packets.write.finalize(packet))
}
