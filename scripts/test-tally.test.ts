import { expect, test } from 'vitest'
import { type StepResult, summarise } from './test-tally.ts'

const results: StepResult[] = [
  { step: 'unit', tally: { passed: 5, failed: 1, skipped: [] }, seconds: 2 },
  {
    step: 'integration',
    tally: {
      passed: 3,
      failed: 0,
      skipped: [
        { name: 'disk > full tmpfs', reason: '' },
        { name: 'pg > upgrade', reason: 'no PostgreSQL here' },
      ],
    },
    seconds: 9,
  },
]
const allowed = [{ test: 'disk > full', reason: 'needs root' }]

test('a skipped test says why, and alone fails nothing on a workstation', () => {
  const { lines, failed } = summarise(results, allowed, false)
  expect(failed).toBe(1)
  expect(lines).toContain('skipped in integration: disk > full tmpfs: needs root')
  expect(lines).toContain('skipped in integration: pg > upgrade: no PostgreSQL here')
  expect(lines.at(-1)).toBe('8 passed, 1 failed, 2 skipped')
})

test('in CI a skip that is not on the list is a failure, whatever its reason', () => {
  const { lines, failed } = summarise(results, allowed, true)
  expect(failed).toBe(2)
  expect(lines).toContain('FAIL skipped in CI and not in test/allowed-skips.json: pg > upgrade')
  expect(lines.at(-1)).toBe('8 passed, 2 failed, 1 skipped')
})
