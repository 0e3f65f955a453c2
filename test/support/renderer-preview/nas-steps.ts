import {
  CONNECTION_STEPS,
  type ConnectionStep,
  type ConnectionStepResult,
  type Finding,
  type FindingCode,
} from '../../../src/shared/domain/connection-test.ts'
import type { Detail } from '../../../src/shared/domain/detail.ts'
import { type FailureCode, failure } from '../../../src/shared/domain/failure.ts'

export const FINGERPRINT = 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDvB1C3cXNbTSrFQ1o'

/** What the connection test meets in a scene. */
export type SampleNas = 'good' | 'unknown' | 'poor' | 'wrong-folder' | 'asks-code' | 'old'

const text = (shown: string): Finding => ({ kind: 'text', text: shown })
const code = (found: FindingCode): Finding => ({ kind: 'code', code: found })

const GOOD: Readonly<Record<ConnectionStep, Finding>> = {
  reach: text('nas.local:22'),
  'host-key': text(FINGERPRINT),
  'sign-in': text('galley'),
  folder: text('/share/designs'),
  place: code('place-known'),
  write: code('written'),
  'read-back': code('read-back'),
  rename: code('name-kept'),
  'two-at-once': code('name-guarded'),
  replace: code('replaces-in-one'),
  remove: code('removed'),
  durable: code('durable'),
  space: { kind: 'free', bytes: 1_240_000_000_000 },
}

const POOR: Readonly<Record<ConnectionStep, Finding>> = {
  ...GOOD,
  'read-back': code('not-readable'),
  'two-at-once': code('may-collide'),
  replace: code('no-replace'),
  remove: code('no-remove'),
  durable: code('not-durable'),
  space: code('space-unknown'),
}

export function stepsOf(nas: SampleNas): readonly ConnectionStepResult[] {
  switch (nas) {
    case 'good':
      return passed(GOOD)
    case 'poor':
      return passed(POOR)
    case 'unknown':
      return failedAt('host-key', 'host-key-unknown', FINGERPRINT)
    case 'wrong-folder':
      return failedAt('folder', 'folder-missing', {
        says: 'folder-not-there',
        folder: '/volume1',
        above: '/',
        instead: ['home', 'share', 'video', 'web'],
      })
    case 'asks-code':
      return failedAt('sign-in', 'code-wanted', 'Verification code:')
    case 'old':
      return failedAt('reach', 'old-algorithms-only', {
        says: 'nothing-in-common',
        kind: 'key exchange',
        theirs: ['diffie-hellman-group14-sha1'],
        ours: ['curve25519-sha256'],
      })
  }
}

function passed(findings: Readonly<Record<ConnectionStep, Finding>>, steps = CONNECTION_STEPS.slice()) {
  return steps.map((step): ConnectionStepResult => ({ step, ok: true, finding: findings[step], failure: null }))
}

function failedAt(step: ConnectionStep, because: FailureCode, detail: Detail): readonly ConnectionStepResult[] {
  const before = CONNECTION_STEPS.slice(0, CONNECTION_STEPS.indexOf(step))
  return [...passed(GOOD, before), { step, ok: false, finding: null, failure: failure(because, detail) }]
}
