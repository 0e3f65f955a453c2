import type { Socket } from 'node:net'
import type { ConnectConfig } from 'ssh2'
import type { Algorithms } from './algorithms.ts'
import { KEEPALIVES_UNANSWERED } from './settings.ts'

export interface SshHooks {
  readonly socket: Socket
  readonly algorithms: Algorithms
  readonly keepaliveMs: number
  /** Nothing is sent to a server whose key it refuses. */
  verifyHostKey(key: Buffer): boolean
}

/** What ssh2 is told to open a connection to this NAS. Every connection is opened with these. */
export function sshOptions(
  username: string,
  authHandler: NonNullable<ConnectConfig['authHandler']>,
  { socket, algorithms, keepaliveMs, verifyHostKey }: SshHooks,
): ConnectConfig {
  const { kex, serverHostKey, cipher, hmac } = algorithms
  return {
    sock: socket,
    username,
    hostVerifier: verifyHostKey,
    algorithms: { kex: [...kex], serverHostKey: [...serverHostKey], cipher: [...cipher], hmac: [...hmac] },
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: KEEPALIVES_UNANSWERED,
    readyTimeout: 0,
    authHandler,
  }
}
