import type { Socket } from 'node:net'
import type { ConnectConfig } from 'ssh2'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { KEEPALIVES_UNANSWERED } from './settings.ts'
import { createSignIn } from './sign-in.ts'

/** Fastest first, as measured; chacha20 for servers and processors without AES. */
const CIPHERS = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes256-ctr',
] as const

export interface SshHooks {
  readonly socket: Socket
  readonly keepaliveMs: number
  /** Nothing is sent to a server whose key it refuses. */
  verifyHostKey(key: Buffer): boolean
}

/** What ssh2 is told to open a connection to this NAS. Every connection is opened with these. */
export function sshOptions(
  { nas, password, passphrase }: NasAccess,
  privateKey: Buffer | null,
  { socket, keepaliveMs, verifyHostKey }: SshHooks,
): ConnectConfig {
  return {
    sock: socket,
    username: nas.user,
    hostVerifier: verifyHostKey,
    algorithms: { cipher: [...CIPHERS] },
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
