import { connect as connectSocket, type Socket } from 'node:net'
import type { ConnectConfig, Prompt } from 'ssh2'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { identityFailure, lostFailure, type OpeningPhase, openingFailure } from '../failures.ts'
import { fingerprintOf } from './host-key.ts'
import type { TransferDeadlines } from './settings.ts'
import { sshOptions } from './ssh-options.ts'

/** What a session needs of an SSH client: ssh2's own is one, that of ssh2-sftp-client another. */
export interface SshClient {
  on(event: 'connect' | 'handshake' | 'ready' | 'end' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(
    event: 'keyboard-interactive',
    listener: (
      name: string,
      instructions: string,
      language: string,
      prompts: Prompt[],
      answer: (responses: string[]) => void,
    ) => void,
  ): unknown
  connect(config: ConnectConfig): unknown
}

/** A client on its way to a NAS, or there. */
export interface Session {
  readonly socket: Socket
  /** `SHA256:...` of the key that the NAS showed; empty before. */
  readonly hostKey: string
  /** Once set, the session is over, and this is why. */
  readonly over: Failure | null
  /** It is opened all the way: the deadline of its opening holds no more. */
  opened(): void
  /** Ends it because of an error of the client's, in our words. */
  fell(error: unknown): void
  /** Ends it at once. */
  destroy(reason: Failure): void
}

export interface SessionHooks {
  /** The sign-in was accepted. */
  onReady(): void
  /** Called once, however it ended. */
  onOver(reason: Failure): void
}

/** Takes a client to a NAS: TCP, host key, sign-in, within one deadline. Every connection begins here, so that nothing
 *  is sent to a server whose key is not the trusted one, whichever client is used. */
export function startSession(
  client: SshClient,
  access: NasAccess,
  privateKey: Buffer | null,
  { connectMs, keepaliveMs }: TransferDeadlines,
  { onReady, onOver }: SessionHooks,
): Session {
  const { nas } = access
  const socket = connectSocket({ host: nas.host, port: nas.port, noDelay: true })
  let phase: OpeningPhase = 'reach'
  let hostKey = ''
  let over: Failure | null = null

  const destroy = (reason: Failure): void => {
    if (over !== null) return
    over = reason
    clearTimeout(deadline)
    socket.destroy()
    onOver(reason)
  }
  const deadline = setTimeout(
    () => destroy(failure('nas-unreachable', `no connection within ${connectMs / 1000} s`)),
    connectMs,
  )

  const verifyHostKey = (key: Buffer): boolean => {
    hostKey = fingerprintOf(key)
    if (access.hostKey === hostKey) return true
    if (access.hostKey === undefined) destroy(failure('host-key-unknown', hostKey))
    else destroy(failure('host-key-changed', `${hostKey} instead of ${access.hostKey}`))
    return false
  }

  const fell = (error: unknown): void => {
    destroy(phase === 'channel' ? lostFailure(error) : openingFailure(error, phase))
  }
  client.on('connect', () => {
    phase = 'handshake'
  })
  client.on('handshake', () => {
    phase = 'sign-in'
  })
  client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) => {
    answer(prompts.map(() => access.password ?? ''))
  })
  client.on('ready', () => {
    phase = 'channel'
    onReady()
  })
  client.on('error', fell)
  client.on('end', () => fell('the NAS closed the connection'))
  client.on('close', () => fell('the NAS closed the connection'))

  try {
    client.connect(sshOptions(access, privateKey, { socket, keepaliveMs, verifyHostKey }))
  } catch (error) {
    // A private key that cannot be parsed: wrong format, or its passphrase is missing or wrong.
    destroy(identityFailure(error))
  }
  return {
    socket,
    get hostKey() {
      return hostKey
    },
    get over() {
      return over
    },
    opened: () => clearTimeout(deadline),
    fell,
    destroy,
  }
}
