import { connect as connectSocket, type Socket } from 'node:net'
import type { ConnectConfig } from 'ssh2'
import type { Detail } from '../../../shared/domain/detail.ts'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { partsOf } from '../failures.ts'
import { algorithmsFor, findGap } from './algorithms.ts'
import { readHostKey, type ShownHostKey, typesIn } from './host-key.ts'
import type { Proofs } from './identity.ts'
import { OPENING_PHASES, type OpeningPhase, openingFailure, tooSlowFailure } from './opening-failures.ts'
import { watchOffer } from './server-offer.ts'
import { KEEPALIVES_UNANSWERED, type TransferDeadlines } from './settings.ts'
import { createSignIn } from './sign-in.ts'

/** What a session needs of an SSH client: ssh2's own is one, that of ssh2-sftp-client another. */
export interface SshClient {
  on(event: 'connect' | 'handshake' | 'ready' | 'end' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'change password', listener: (question: string) => void): unknown
  connect(config: ConnectConfig): unknown
}

/** A client on its way to a NAS, or there. */
export interface Session {
  readonly socket: Socket
  /** What the client's `connect` answered: nothing, or a promise whose refusal somebody must hear. */
  readonly connecting: unknown
  /** The key that the NAS showed; null before. */
  readonly hostKey: ShownHostKey | null
  /** Types of which the NAS has host keys that we can ask for; none before it showed one. */
  readonly hostKeyTypes: readonly string[]
  /** Once set, the session is over, and this is why. */
  readonly over: Failure | null
  /** SFTP answers: no more deadlines, and what breaks from now on is a lost connection. */
  opened(): void
  /** What an error of the client's means at the point that was reached, in our words. */
  failureOf(error: unknown): Failure
  /** Ends it because of such an error. */
  fell(error: Error | Detail): void
  /** Ends it because requests stay without an answer. */
  stalled(reason: Failure): void
  /** Ends it at once. */
  destroy(reason: Failure): void
}

export interface SessionHooks {
  /** The sign-in was accepted. */
  onReady(): void
  /** Called once, however it ended. */
  onOver(reason: Failure): void
}

/** What differs between the sessions to one NAS. */
export interface SessionStart extends Pick<TransferDeadlines, 'connectMs' | 'signInMs' | 'keepaliveMs'> {
  readonly access: NasAccess
  readonly proofs: Proofs
  /** The type of host key to ask for first; null: as ssh2 would. */
  readonly hostKeyType: string | null
}

/** Takes a client to a NAS: TCP, host key, sign-in, each within its deadline. Every connection begins here, so that nothing
 *  is sent to a server whose key is not the trusted one, whichever client is used. */
export function startSession(
  client: SshClient,
  { access, proofs, hostKeyType, connectMs, signInMs, keepaliveMs }: SessionStart,
  { onReady, onOver }: SessionHooks,
): Session {
  const { nas } = access
  const algorithms = algorithmsFor(nas.oldAlgorithms === true, hostKeyType)
  const socket = connectSocket({
    host: nas.host,
    port: nas.port,
    noDelay: true,
    // Of several addresses each gets its time: Node's quarter of a second is too short for another continent.
    autoSelectFamilyAttemptTimeout: Math.ceil(connectMs / 4),
  })
  const offer = watchOffer(socket)
  let phase: OpeningPhase = 'reach'
  let hostKey: ShownHostKey | null = null
  let over: Failure | null = null
  let deadline: NodeJS.Timeout | undefined

  const destroy = (reason: Failure): void => {
    if (over !== null) return
    over = reason
    clearTimeout(deadline)
    socket.destroy()
    onOver(reason)
  }

  const giveTime = (): void => {
    clearTimeout(deadline)
    const entered = phase
    if (entered === 'open' || over !== null) return
    const withinMs = entered === 'reach' || entered === 'handshake' ? connectMs : signInMs
    deadline = setTimeout(() => destroy(tooSlowFailure(entered, withinMs)), withinMs)
  }

  // Each exchange of keys tells of a handshake again: a phase is entered once.
  const enter = (next: OpeningPhase): void => {
    if (OPENING_PHASES.indexOf(next) <= OPENING_PHASES.indexOf(phase)) return
    phase = next
    giveTime()
  }

  const failureOf = (error: unknown): Failure => {
    const theirs = offer()
    return openingFailure(error, phase, theirs === null ? null : findGap(theirs, algorithms))
  }
  const fell = (error: Error | Detail): void => destroy(failureOf(error))

  const verifyHostKey = (key: Buffer): boolean => {
    hostKey = readHostKey(key)
    const { fingerprint, type } = hostKey
    if (access.hostKey === fingerprint) return true
    if (access.hostKey === undefined) destroy(failure('host-key-unknown', fingerprint))
    else destroy(failure('host-key-changed', { says: 'other-key', shown: fingerprint, type, trusted: access.hostKey }))
    return false
  }

  client.on('connect', () => enter('handshake'))
  client.on('handshake', () => enter('sign-in'))
  client.on('change password', (question) => destroy(failure('password-expired', question)))
  client.on('ready', () => {
    enter('channel')
    onReady()
  })
  client.on('error', (error) => {
    // An agent that fails leaves the other ways to sign in.
    if (partsOf(error).level !== 'agent') destroy(failureOf(error))
  })
  client.on('end', () => fell({ says: 'closed-connection' }))
  client.on('close', () => fell({ says: 'closed-connection' }))

  giveTime()
  const connecting = client.connect({
    sock: socket,
    username: nas.user,
    hostVerifier: verifyHostKey,
    algorithms,
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: KEEPALIVES_UNANSWERED,
    readyTimeout: 0,
    authHandler: createSignIn({ user: nas.user, proofs, client, onRefused: destroy }),
  })
  return {
    socket,
    connecting,
    get hostKey() {
      return hostKey
    },
    get hostKeyTypes() {
      return typesIn(offer()?.serverHostKey ?? [], algorithms.serverHostKey)
    },
    get over() {
      return over
    },
    opened: () => enter('open'),
    failureOf,
    fell,
    stalled: (reason) => destroy(phase === 'open' ? reason : failure('sign-in-slow', reason.detail)),
    destroy,
  }
}
