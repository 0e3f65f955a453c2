import type { Socket } from 'node:net'
import type { ConnectConfig } from 'ssh2'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import type { Algorithms } from './algorithms.ts'
import { KEEPALIVES_UNANSWERED } from './settings.ts'
import { createSignIn } from './sign-in.ts'

export interface SshHooks {
  readonly socket: Socket
  readonly algorithms: Algorithms
  readonly keepaliveMs: number
  /** Nothing is sent to a server whose key it refuses. */
  verifyHostKey(key: Buffer): boolean
}

/** What ssh2 is told to open a connection to this NAS. Every connection is opened with these. */
export function sshOptions(
  { nas, password, passphrase }: NasAccess,
  privateKey: Buffer | null,
  { socket, algorithms, keepaliveMs, verifyHostKey }: SshHooks,
): ConnectConfig {
  const { kex, serverHostKey, cipher, hmac } = algorithms
  return {
    sock: socket,
    username: nas.user,
    hostVerifier: verifyHostKey,
    algorithms: { kex: [...kex], serverHostKey: [...serverHostKey], cipher: [...cipher], hmac: [...hmac] },
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: KEEPALIVES_UNANSWERED,
    readyTimeout: 0,
    tryKeyboard: password !== undefined,
    authHandler: createSignIn(privateKey !== null, password !== undefined),
    ...(password === undefined ? {} : { password }),
    ...(privateKey === null ? {} : { privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
  }
}
