import { expect, test } from 'vitest'
import {
  FAILURES,
  type FailureCode,
  failure,
  isToBeSeen,
  mayHelp,
  mendsItself,
  ruleOf,
  waitsForSomebody,
} from './failure.ts'

const CODES = Object.keys(FAILURES).filter((code): code is FailureCode => code in FAILURES)

test('a sign-in that is refused waits for a person: a NAS that is asked again and again shuts its door', () => {
  const signIns = ['needs-sign-in', 'password-expired', 'key-locked', 'key-unusable', 'code-wanted'] as const
  for (const code of [...signIns, 'host-key-changed', 'host-key-unknown'] as const)
    expect([code, ruleOf(code).pause, waitsForSomebody(code)]).toEqual([code, 'person', true])
})

test('what is mended at the NAS itself, where nobody tells Galley of it, is looked for by itself', () => {
  const atNas = ['nas-full', 'nas-quota', 'nas-read-only', 'permission-denied', 'folder-missing', 'sftp-off'] as const
  for (const code of atNas) expect([code, ruleOf(code).pause]).toEqual([code, expect.stringMatching(/^(room|set-up)$/)])
})

test('a folder that refuses holds its template, and what concerns the whole NAS holds the NAS', () => {
  const heldBy = (code: FailureCode): unknown => {
    const rule = ruleOf(code)
    return rule.class === 'hold' ? rule.holds : null
  }
  for (const code of ['permission-denied', 'rename-refused', 'nas-failure', 'verification-failed'] as const)
    expect([code, heldBy(code)]).toEqual([code, 'folder'])
  for (const code of ['sftp-off', 'session-refused', 'nas-full', 'nas-quota', 'connection-lost'] as const)
    expect([code, heldBy(code)]).toEqual([code, 'nas'])
})

test('a rename is in doubt after whatever leaves the temporary file as it was', () => {
  const cut = CODES.filter((code) => ruleOf(code).isCut === true)
  expect(cut).toEqual(['connection-lost', 'nas-timeout', 'worker-gone'])
  expect(cut.filter((code) => ruleOf(code).isInDoubt !== true)).toEqual([])
})

test('what can end a file by its count has words for that which do not promise another try', () => {
  const canEnd = CODES.filter((code) => {
    const rule = ruleOf(code)
    return mendsItself(code) && (rule.class === 'retry' || (rule.class === 'hold' && rule.mayBeOwn === true))
  })
  expect(canEnd.length).toBeGreaterThan(4)
  for (const code of canEnd) {
    const { endedAction } = FAILURES[code]
    expect([code, endedAction]).toEqual([code, expect.not.stringMatching(/by itself/)])
    expect(failure(code).action).not.toBe(endedAction)
  }
})

test('no try can help what will never be found by its path, and only what is no picture is none to be seen', () => {
  expect(CODES.filter((code) => !mayHelp(failure(code)))).toEqual([
    'folder-unreadable',
    'name-not-utf8',
    'unsupported-format',
  ])
  expect(CODES.filter((code) => !isToBeSeen(failure(code)))).toEqual(['unsupported-format'])
  const promising = CODES.filter((code) => /retry/i.test(`${FAILURES[code].action} ${FAILURES[code].endedAction}`))
  expect(promising.filter((code) => !mayHelp(failure(code)))).toEqual([])
})
