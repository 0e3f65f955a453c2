import { createRequire } from 'node:module'
import type { CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2'
import { askFirst } from './host-key.ts'
import type { ServerOffer } from './server-offer.ts'

/** Fastest first, as measured; chacha20 for servers and processors without AES; then those that need a MAC beside them. */
const CIPHERS: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes256-ctr',
  'aes192-ctr',
  'aes128-ctr',
]

/** By SHA-1, with large groups: what an old NAS may have at best. Offered only where the shop says so. */
const OLD_KEY_EXCHANGES: readonly KexAlgorithm[] = ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1']

/** What we offer, in our order. */
export interface Algorithms {
  readonly kex: KexAlgorithm[]
  readonly serverHostKey: ServerHostKeyAlgorithm[]
  readonly cipher: CipherAlgorithm[]
  readonly hmac: MacAlgorithm[]
}

interface Ssh2Lists {
  readonly DEFAULT_KEX: readonly KexAlgorithm[]
  readonly DEFAULT_SERVER_HOST_KEY: readonly ServerHostKeyAlgorithm[]
  readonly DEFAULT_MAC: readonly MacAlgorithm[]
  readonly SUPPORTED_CIPHER: readonly CipherAlgorithm[]
}

/** ssh2's own defaults, without what is broken, and of the ciphers those that this runtime has. `hostKeyType` is the type
 *  of key that is asked for first. */
export function algorithmsFor(oldAlgorithms: boolean, hostKeyType: string | null): Algorithms {
  const lists: Ssh2Lists = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js')
  return {
    kex: [...lists.DEFAULT_KEX, ...(oldAlgorithms ? OLD_KEY_EXCHANGES : [])],
    serverHostKey: askFirst(hostKeyType, lists.DEFAULT_SERVER_HOST_KEY),
    cipher: CIPHERS.filter((cipher) => lists.SUPPORTED_CIPHER.includes(cipher)),
    hmac: [...lists.DEFAULT_MAC],
  }
}

/** The first thing on which server and we cannot agree. */
export interface AlgorithmGap {
  readonly kind: 'key exchange' | 'host key algorithm' | 'cipher' | 'MAC'
  readonly theirs: readonly string[]
  readonly ours: readonly string[]
  /** The server has one that we would offer if old ones were allowed. */
  readonly oldWouldDo: boolean
}

/** Null when there is one of each in common. */
export function findGap(theirs: ServerOffer, ours: Algorithms): AlgorithmGap | null {
  const gap = (
    kind: AlgorithmGap['kind'],
    offered: readonly string[],
    known: readonly string[],
  ): AlgorithmGap | null =>
    known.some((algorithm) => offered.includes(algorithm))
      ? null
      : {
          kind,
          theirs: offered,
          ours: known,
          oldWouldDo: kind === 'key exchange' && OLD_KEY_EXCHANGES.some((old) => offered.includes(old)),
        }
  const macGap = ({ ciphers, macs }: ServerOffer['up']): AlgorithmGap | null => {
    const cipher = ours.cipher.find((algorithm) => ciphers.includes(algorithm))
    return cipher?.endsWith('-ctr') ? gap('MAC', macs, ours.hmac) : null
  }
  return (
    gap('key exchange', theirs.kex, ours.kex) ??
    gap('host key algorithm', theirs.serverHostKey, ours.serverHostKey) ??
    gap('cipher', theirs.up.ciphers, ours.cipher) ??
    gap('cipher', theirs.down.ciphers, ours.cipher) ??
    macGap(theirs.up) ??
    macGap(theirs.down)
  )
}
