import { expect, test } from 'vitest'
import type { Fault } from '../test/faults.ts'
import { contradictions, faultPage, testsIn } from './fault-page.ts'

const fault = (name: string, cannot?: string): Fault => ({
  fault: name,
  expected: 'waits',
  so: 'said',
  ...(cannot === undefined ? {} : { cannot }),
})

test('a title is found wherever it stands: in one line, in its own, behind a table, with quotes in it', () => {
  const text = [
    `test('[NAS full] it waits', async () => {})`,
    `test(\n  '[NAS full, disk full] both wait',\n  async () => {},\n)`,
    `])("[NAS full] 'it' %s", () => {})`,
    `test.skip('of [NAS full] nothing', () => {})`,
  ].join('\n')
  expect(testsIn('a.test.ts', text).map(({ faults, title }) => [faults, title])).toEqual([
    [['NAS full'], 'it waits'],
    [['NAS full', 'disk full'], 'both wait'],
    [['NAS full'], "'it' %s"],
  ])
})

test('a fault without a test or a reason, with both, and one that nobody listed are told', () => {
  const faults = { NAS: [fault('shown'), fault('forgotten'), fault('excused', 'no'), fault('shown too', 'no')] }
  const tests = testsIn('a.test.ts', `test('[shown, shown too] x', () => {})\ntest('[mistyped] y', () => {})`)
  expect(contradictions(faults, tests)).toEqual([
    'no test shows the fault "forgotten"',
    'a test shows the fault "shown too", and test/faults.ts says why none can',
    'a.test.ts: shows the fault "mistyped", which is not in test/faults.ts',
  ])
})

test('the page has a line for each fault, with its tests or the reason why there is none', () => {
  const tests = testsIn('a.test.ts', `test('[full] x', () => {})\ntest('[full] y | z', () => {})`)
  expect(faultPage({ NAS: [fault('full'), fault('power', 'no')] }, tests)).toContain(
    [
      '| full | waits: said | x (`a.test.ts`)<br>y \\| z (`a.test.ts`) |',
      '| power | waits: said | no test: no |',
      '',
    ].join('\n'),
  )
})
