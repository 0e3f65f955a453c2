import type { Failure } from './failure.ts'

/** What the connection test tries, in this order. */
export const CONNECTION_STEPS = [
  'reach',
  'host-key',
  'sign-in',
  'folder',
  'place',
  'write',
  'read-back',
  'rename',
  'two-at-once',
  'replace',
  'remove',
  'durable',
  'space',
] as const
export type ConnectionStep = (typeof CONNECTION_STEPS)[number]

/** What steps find that works. */
type FoundGood =
  | 'place-known'
  | 'place-new'
  | 'written'
  | 'read-back'
  | 'name-kept'
  | 'name-guarded'
  | 'replaces-in-one'
  | 'replaces-in-two'
  | 'removed'
  | 'durable'

/** What a NAS lacks that can be done without. */
const FOUND_LACKING = [
  'place-further',
  'not-readable',
  'may-collide',
  'no-replace',
  'no-remove',
  'not-durable',
  'space-unknown',
] as const

export type FindingCode = FoundGood | (typeof FOUND_LACKING)[number]

/** What came of a step that went well: an address, a fingerprint, a user or a folder as it is, free space, or a code. */
export type Finding =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'free'; readonly bytes: number }
  | { readonly kind: 'code'; readonly code: FindingCode }

/** One step with what came of it. */
export type ConnectionStepResult =
  | { readonly step: ConnectionStep; readonly ok: true; readonly finding: Finding; readonly failure: null }
  /** With `host-key-unknown`, the failure's detail is the fingerprint that the NAS shows. */
  | { readonly step: ConnectionStep; readonly ok: false; readonly finding: null; readonly failure: Failure }

/** The NAS can be used, but not for that. */
export function isLacking(finding: Finding): boolean {
  return finding.kind === 'code' && FOUND_LACKING.some((code) => code === finding.code)
}
