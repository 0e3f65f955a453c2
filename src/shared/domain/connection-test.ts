import { describeFailure, type Failure } from './failure.ts'

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

/** What steps find that work, and what a person reads of each in English. */
export const FOUND_GOOD = {
  'place-known': "It is the folder of the shop's designs",
  'place-new': 'The first one: the first upload marks it',
  written: 'A file can be written',
  'read-back': 'It can be read back',
  'name-kept': 'No other file is replaced',
  'name-guarded': 'No name is given twice',
  'replaces-in-one': 'In one step; the old file is kept',
  'replaces-in-two': 'In two steps; the old file is kept',
  removed: 'Files can be removed',
  durable: 'Files are synced to its disk',
}

/** What a NAS lacks that can be done without, and what that means. */
export const FOUND_LACKING = {
  'place-further': "Another folder than the shop's so far: the designs in those are not here",
  'not-readable': 'Not possible: this user may not read there. Files are compared by size',
  'may-collide': 'Not guarded: two that store at the same moment may lose a file',
  'no-replace': 'Not possible: it cannot replace a file',
  'no-remove': 'Not possible: two test files stay',
  'not-durable': 'Not certain: a power cut may lose files that were just stored',
  'space-unknown': 'Unknown: it does not tell',
}

export type FindingCode = keyof typeof FOUND_GOOD | keyof typeof FOUND_LACKING

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
  return finding.kind === 'code' && finding.code in FOUND_LACKING
}

/** What came of a step, in English, in one line. */
export function describeStep(result: ConnectionStepResult): string {
  if (!result.ok) return describeFailure(result.failure)
  const { finding } = result
  switch (finding.kind) {
    case 'text':
      return finding.text
    case 'free':
      return `${(finding.bytes / 1e9).toFixed(1)} GB free`
    case 'code':
      return { ...FOUND_GOOD, ...FOUND_LACKING }[finding.code]
  }
}
