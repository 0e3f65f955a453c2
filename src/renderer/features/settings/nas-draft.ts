import type { ConnectionStepResult } from '../../../shared/domain/connection-test.ts'
import { type Failure, type FailureCode, isChangedIdentity } from '../../../shared/domain/failure.ts'
import {
  DEFAULT_CONNECTIONS,
  MAX_CONNECTIONS,
  type Nas,
  nasSchema,
  type SecretKind,
  type TypedSecrets,
  type VerifyPolicy,
} from '../../../shared/domain/shop.ts'
import type { Texts } from '../../texts/en.ts'

/** The NAS as it stands in the form, valid or not. */
export interface NasDraft {
  readonly host: string
  readonly port: string
  readonly user: string
  readonly root: string
  readonly signIn: 'password' | 'key' | 'agent'
  readonly identityFile: string
  readonly password: string
  readonly passphrase: string
  /** Where the NAS wants a password beside key or agent. */
  readonly passwordBeside: string
  readonly connections: string
  readonly verify: VerifyPolicy | 'automatic'
  readonly oldAlgorithms: 'off' | 'on'
}

export type NasErrors = Partial<Record<'host' | 'port' | 'user' | 'root' | 'identityFile' | 'connections', string>>

export function draftOf(nas: Nas | null): NasDraft {
  return {
    host: nas?.host ?? '',
    port: String(nas?.port ?? 22),
    user: nas?.user ?? '',
    root: nas?.root ?? '',
    signIn: nas?.identityFile !== undefined ? 'key' : nas?.useAgent === true ? 'agent' : 'password',
    identityFile: nas?.identityFile ?? '',
    password: '',
    passphrase: '',
    passwordBeside: '',
    connections: String(nas?.maxConnections ?? DEFAULT_CONNECTIONS),
    verify: nas?.verify ?? 'automatic',
    oldAlgorithms: nas?.oldAlgorithms === true ? 'on' : 'off',
  }
}

/** The NAS that the form describes, or what is wrong with it, by field. */
export function nasOf(
  draft: NasDraft,
  t: Texts,
): { readonly ok: true; readonly nas: Nas } | { readonly ok: false; readonly errors: NasErrors } {
  const { invalid } = t.settings
  const port = Number(draft.port)
  const connections = Number(draft.connections)
  const root = draft.root === '/' ? '/' : draft.root.trim().replace(/\/+$/, '')
  const errors: NasErrors = {
    ...(draft.host.trim() === '' && { host: invalid.required }),
    ...(!isWholeUpTo(65_535, port) && { port: invalid.port }),
    ...(draft.user.trim() === '' && { user: invalid.required }),
    ...(!root.startsWith('/') && { root: invalid.root }),
    ...(draft.signIn === 'key' && draft.identityFile === '' && { identityFile: invalid.required }),
    ...(!isWholeUpTo(MAX_CONNECTIONS, connections) && { connections: invalid.connections }),
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const nas = nasSchema.parse({
    // an IPv6 address may be written as in a URL
    host: draft.host.trim().replace(/^\[(.*)\]$/, '$1'),
    port,
    user: draft.user.trim(),
    root,
    ...(draft.signIn === 'key' ? { identityFile: draft.identityFile } : {}),
    ...(draft.signIn === 'agent' ? { useAgent: true } : {}),
    // the defaults are not written down, so that they may change
    ...(connections === DEFAULT_CONNECTIONS ? {} : { maxConnections: connections }),
    ...(draft.verify === 'automatic' ? {} : { verify: draft.verify }),
    ...(draft.oldAlgorithms === 'off' ? {} : { oldAlgorithms: true }),
  })
  return { ok: true, nas }
}

function isWholeUpTo(most: number, value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most
}

/** The secrets that were typed for the way to sign in; empty where the kept one is meant. */
export function typedSecrets(draft: NasDraft): TypedSecrets {
  const password = draft.signIn === 'password' ? draft.password : draft.passwordBeside
  const passphrase = draft.signIn === 'key' ? draft.passphrase : ''
  return {
    ...(password === '' ? {} : { 'nas-password': password }),
    ...(passphrase === '' ? {} : { 'nas-passphrase': passphrase }),
  }
}

/** An identity of the NAS that a person is asked to compare. */
export interface Identity {
  readonly fingerprint: string
  /** Another identity was trusted before: far more reason to ask. */
  readonly isChanged: boolean
  /** The one that was trusted, when another came. */
  readonly before: string | null
}

/** The identity to ask about, when the test ended at one that is not trusted. */
export function identityToTrust(steps: readonly ConnectionStepResult[]): Identity | null {
  return identityIn(steps.find(({ ok }) => !ok)?.failure ?? null)
}

const UNKNOWN: ReadonlySet<FailureCode> = new Set(['host-key-unknown', 'backend-key-unknown'])

/** The identity that a failure is about; null when it is about something else. */
export function identityIn(failure: Failure | null): Identity | null {
  if (failure === null || !(UNKNOWN.has(failure.code) || isChangedIdentity(failure.code))) return null
  const { detail } = failure
  if (detail === undefined) return null
  const [fingerprint, before = null] =
    typeof detail === 'string'
      ? (detail.match(/SHA256:[A-Za-z0-9+/]{43}/g) ?? [])
      : detail.says === 'other-key'
        ? [detail.shown, detail.trusted]
        : []
  return fingerprint === undefined ? null : { fingerprint, isChanged: isChangedIdentity(failure.code), before }
}

/** The NAS to browse for a folder: the form with whatever it says of the folder; null while it does not say how to get
 *  there. */
export function nasToBrowse(draft: NasDraft, known: ReadonlySet<SecretKind>, t: Texts): Nas | null {
  const root = draft.root.trim().startsWith('/') ? draft.root : '/'
  const parsed = nasOf({ ...draft, root }, t)
  if (!parsed.ok || (draft.signIn === 'password' && draft.password === '' && !known.has('nas-password'))) return null
  return parsed.nas
}

/** Did the test end because the NAS asks for a one-time code? */
export function wantsCode(steps: readonly ConnectionStepResult[]): boolean {
  return steps.some(({ failure }) => failure?.code === 'code-wanted')
}

/** Did it end because the NAS has old algorithms only, which can be allowed? */
export function wantsOldAlgorithms(steps: readonly ConnectionStepResult[]): boolean {
  return steps.some(({ failure }) => failure?.code === 'old-algorithms-only')
}

export function isAllWell(steps: readonly ConnectionStepResult[]): boolean {
  return steps.length > 0 && steps.every(({ ok }) => ok)
}
