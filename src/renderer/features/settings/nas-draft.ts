import { type Nas, nasSchema } from '../../../shared/domain/shop.ts'
import type { ConnectionStepResult } from '../../../shared/worker/transfer.ts'
import type { Texts } from '../../texts/en.ts'

/** The NAS as it stands in the form, valid or not. */
export interface NasDraft {
  readonly host: string
  readonly port: string
  readonly user: string
  readonly root: string
  readonly signIn: 'password' | 'key'
  readonly identityFile: string
  readonly password: string
  readonly passphrase: string
}

export type NasErrors = Partial<Record<'host' | 'port' | 'user' | 'root' | 'identityFile', string>>

export function draftOf(nas: Nas | null): NasDraft {
  return {
    host: nas?.host ?? '',
    port: String(nas?.port ?? 22),
    user: nas?.user ?? '',
    root: nas?.root ?? '',
    signIn: nas?.identityFile === undefined ? 'password' : 'key',
    identityFile: nas?.identityFile ?? '',
    password: '',
    passphrase: '',
  }
}

/** The NAS that the form describes, or what is wrong with it, by field. */
export function nasOf(
  draft: NasDraft,
  t: Texts,
): { readonly ok: true; readonly nas: Nas } | { readonly ok: false; readonly errors: NasErrors } {
  const { invalid } = t.settings
  const port = Number(draft.port)
  const root = draft.root === '/' ? '/' : draft.root.trim().replace(/\/+$/, '')
  const errors: NasErrors = {
    ...(draft.host.trim() === '' && { host: invalid.required }),
    ...(!(Number.isInteger(port) && port >= 1 && port <= 65535) && { port: invalid.port }),
    ...(draft.user.trim() === '' && { user: invalid.required }),
    ...(!root.startsWith('/') && { root: invalid.root }),
    ...(draft.signIn === 'key' && draft.identityFile === '' && { identityFile: invalid.required }),
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const nas = nasSchema.parse({
    host: draft.host.trim(),
    port,
    user: draft.user.trim(),
    root,
    ...(draft.signIn === 'key' ? { identityFile: draft.identityFile } : {}),
  })
  return { ok: true, nas }
}

/** The fingerprint that a person is asked to compare, when the test ended at an identity that is not trusted. */
export function fingerprintToTrust(steps: readonly ConnectionStepResult[]): string | null {
  const unknown = steps.find(({ failure }) => failure?.code === 'host-key-unknown')
  return unknown?.failure?.detail ?? null
}

export function isAllWell(steps: readonly ConnectionStepResult[]): boolean {
  return steps.length > 0 && steps.every(({ ok }) => ok)
}
