import type { FailureCode } from '../../shared/domain/failure.ts'
import type { ShopSetup } from '../../shared/ipc/engine.ts'

/** A place in Settings that a person is led to, with the focus on it. */
export type SettingsPlace =
  | 'host'
  | 'folder'
  | 'identity'
  | 'sign-in'
  | 'key-file'
  | 'passphrase'
  | 'old-algorithms'
  | 'backend'
  | 'backend-identity'
  | 'token'
  | 'pairing'
  | 'template'

/** Where a failure is mended. One that is missing is mended outside of Galley, and then tried again. */
export const MENDED_AT: Partial<Readonly<Record<FailureCode, SettingsPlace>>> = {
  'host-key-unknown': 'identity',
  'host-key-changed': 'identity',
  'needs-sign-in': 'sign-in',
  'password-expired': 'sign-in',
  'key-unusable': 'key-file',
  'key-locked': 'passphrase',
  'old-algorithms-only': 'old-algorithms',
  'folder-missing': 'folder',
  'place-other': 'folder',
  'backend-key-unknown': 'backend-identity',
  'backend-key-changed': 'backend-identity',
  'backend-token': 'token',
  'backend-anew': 'pairing',
  configuration: 'host',
}

/** What a shop lacks before anything can be uploaded; null when it has all. */
export function missingPlace({ shop, templates }: ShopSetup): SettingsPlace | null {
  if (shop.nas === null) return 'host'
  return templates.length === 0 ? 'template' : null
}
