import { createHash } from 'node:crypto'
import type { ServerHostKeyAlgorithm } from 'ssh2'

/** A host key as a server showed it. */
export interface ShownHostKey {
  /** `SHA256:...` as OpenSSH writes it. */
  readonly fingerprint: string
  /** As the key names itself, such as `ssh-ed25519`. */
  readonly type: string
}

/** Reads the key's blob, which begins with the name of its type. */
export function readHostKey(key: Buffer): ShownHostKey {
  const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '')
  return { fingerprint: `SHA256:${digest}`, type: key.toString('latin1', 4, 4 + key.readUInt32BE(0)) }
}

/** An RSA key signs in three ways, and is one key; of every other type there is one way. */
function typeOf(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm
}

/** The algorithms with those for a key of `type` asked first: a server shows the first that it has. */
export function askFirst(type: string | null, algorithms: readonly ServerHostKeyAlgorithm[]): ServerHostKeyAlgorithm[] {
  const isWanted = (algorithm: string): boolean => typeOf(algorithm) === type
  return [...algorithms.filter(isWanted), ...algorithms.filter((algorithm) => !isWanted(algorithm))]
}

/** Types of which a server has a key, by the algorithms it offers, that we can ask for. */
export function typesIn(offered: readonly string[], ours: readonly string[]): readonly string[] {
  return [...new Set(offered.filter((algorithm) => ours.includes(algorithm)).map(typeOf))]
}
