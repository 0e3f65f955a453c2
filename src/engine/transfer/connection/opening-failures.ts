import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { isOutOfFiles } from '../../out-of-files.ts'
import { lostFailure, partsOf } from '../failures.ts'
import type { AlgorithmGap } from './algorithms.ts'

/**
 * What keeps a connection from being opened, in our words. Everything is told by structure: phase, codes and fields of
 * ssh2's errors, never its English; what the server itself says is shown.
 */

/** How far the opening of a connection has come; it never goes back. */
export const OPENING_PHASES = ['reach', 'handshake', 'sign-in', 'channel', 'open'] as const
export type OpeningPhase = (typeof OPENING_PHASES)[number]

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** A server that ends a session with something unread is seen as these; so is a network that breaks. */
const CUT: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE'])

/** Reasons of a server's goodbye (RFC 4253, 11.1) that tell of this computer or of too many connections. */
const TURNED_AWAY: ReadonlySet<unknown> = new Set([1, 12])
/** Those that tell of the sign-in. OpenSSH says 2, protocol error, to too many wrong passwords. */
const REFUSED_SIGN_IN: ReadonlySet<unknown> = new Set([2, 13, 14, 15])

/** An error while a connection was being opened. A sign-in that was refused must never be tried again by itself: a NAS
 *  locks users out. `gap` is what the server's algorithms lack, where that is known. */
export function openingFailure(error: unknown, phase: OpeningPhase, gap: AlgorithmGap | null = null): Failure {
  if (phase === 'open') return lostFailure(error)
  const { code, level, words } = partsOf(error)
  if (isOutOfFiles(error)) return failure('too-many-files')
  if (phase === 'handshake' && gap !== null) return gapFailure(gap)
  if (level === 'client-authentication') return failure('needs-sign-in', words)
  if (phase === 'channel' && CUT.has(code)) return failure('session-refused', words)
  if (typeof code === 'string' && UNREACHABLE.has(code)) return failure('nas-unreachable', words)
  if (phase === 'channel') return failure('session-refused', words)
  if (TURNED_AWAY.has(code)) return failure('session-refused', words)
  if (phase === 'sign-in' && REFUSED_SIGN_IN.has(code)) return failure('needs-sign-in', words)
  return failure('nas-unreachable', words)
}

function gapFailure({ kind, theirs, ours, oldWouldDo }: AlgorithmGap): Failure {
  const code = oldWouldDo ? 'old-algorithms-only' : 'no-common-algorithm'
  return failure(code, { says: 'nothing-in-common', kind, theirs, ours })
}

/** A phase that took longer than `withinMs`. */
export function tooSlowFailure(phase: Exclude<OpeningPhase, 'open'>, withinMs: number): Failure {
  const code = phase === 'reach' || phase === 'handshake' ? 'nas-unreachable' : 'sign-in-slow'
  return failure(code, { says: 'not-within', phase, seconds: withinMs / 1000 })
}

/** Why there is no SFTP channel, as far as ssh2's error says; `ask` when the session itself must be heard to know. */
export function channelFailure(error: unknown): Failure | 'ask' {
  if (!(error instanceof Error)) return failure('session-refused', String(error))
  // The channel itself was not opened.
  if ('reason' in error) return failure('session-refused', error.message)
  // Something came that is no SFTP, or the session ended before it spoke: it may have said why.
  if ('signal' in error || ('level' in error && error.level === 'sftp-protocol')) return 'ask'
  return failure('sftp-off', error.message)
}

/** What a session says when its SFTP is started and nothing is asked of it. */
export interface SessionWords {
  /** Where SFTP should speak; empty when that began like SFTP. */
  readonly printed: string
  /** On its standard error. */
  readonly complained: string
  /** Its exit status or signal; null when it did not end or did not say. */
  readonly exit: number | string | null
}

/** Why a session that was opened does not speak SFTP: `error` is what ssh2 made of it, `heard` what it says by itself. */
export function sessionFailure(error: unknown, { printed, complained, exit }: SessionWords): Failure {
  const { level, words } = partsOf(error)
  const said = complained || printed || words
  // A program that goes on and serves after it printed ends well; one that refuses, such as nologin, does not.
  const hasRefused = exit !== null && exit !== 0
  if (level === 'sftp-protocol' && !hasRefused) return failure('sftp-garbled', printed || words)
  return failure('session-refused', exit === null ? said : { says: 'exit', words: said, exit })
}
