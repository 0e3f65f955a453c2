import { expect, test } from 'vitest'
import { FAILURES, type FailureCode, failure, failureClass } from './failure.ts'
import { holdRuleOf } from './hold-rule.ts'

const CODES = Object.keys(FAILURES).filter((code): code is FailureCode => code in FAILURES)

test('what waits for a person to mend the NAS or its settings ends no file and is not counted against any', () => {
  const counted = CODES.filter((code) => failureClass(code) === 'hold' && holdRuleOf(code)?.pause === 'backoff')
  expect(counted).toEqual([])
  const ending = CODES.filter((code) => (failureClass(code) === 'permanent') !== (holdRuleOf(code) === null))
  expect(ending).toEqual([])
})

test('a sign-in that is refused waits for a person: a NAS that is asked again and again shuts its door', () => {
  const signIns = ['needs-sign-in', 'password-expired', 'key-locked', 'key-unusable', 'code-wanted'] as const
  for (const code of [...signIns, 'host-key-changed', 'host-key-unknown'] as const)
    expect([code, holdRuleOf(code)?.pause]).toEqual([code, 'person'])
})

test('a folder that refuses holds its template, and what concerns the whole NAS holds the NAS', () => {
  const heldBy = (code: FailureCode): string | undefined => holdRuleOf(code)?.holds
  for (const code of ['permission-denied', 'rename-refused', 'nas-failure', 'verification-failed'] as const)
    expect([code, heldBy(code)]).toEqual([code, 'folder'])
  for (const code of ['sftp-off', 'session-refused', 'nas-full', 'nas-quota', 'connection-lost'] as const)
    expect([code, heldBy(code)]).toEqual([code, 'nas'])
})

test('what can end a file has words for that which do not promise another try', () => {
  const canEnd = CODES.filter((code) => holdRuleOf(code)?.isUnexplained === true || holdRuleOf(code)?.holds === 'item')
  expect(canEnd.length).toBeGreaterThan(4)
  for (const code of canEnd) {
    const { endedAction }: { endedAction?: string } = FAILURES[code]
    expect([code, endedAction]).toEqual([code, expect.not.stringMatching(/by itself/)])
    expect(failure(code).action).not.toBe(endedAction)
  }
})
