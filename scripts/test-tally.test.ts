import { expect, test } from 'vitest'
import { type StepResult, summarise } from './test-tally.ts'

const results: StepResult[] = [
  {
    step: 'unit',
    tally: { passed: 5, failed: [{ name: 'queue > loses nothing', reason: 'expected 1 to be 2' }], skipped: [] },
    seconds: 2,
  },
  {
    step: 'integration',
    tally: {
      passed: 3,
      failed: [],
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

test('what failed is named at the end, with the first line of its reason', () => {
  const { lines } = summarise(results, allowed, false)
  expect(lines).toContain('FAIL in unit: queue > loses nothing: expected 1 to be 2')
})
