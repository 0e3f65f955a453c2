import { expect, test } from 'vitest'
import { watchEnds } from './watch-ends.ts'

test.for([
  ['is open again', new Map([['b', 'failed']]), 'I7 item a had ended as done, and is open'],
  [
    'ended otherwise since',
    new Map([
      ['a', 'cancelled'],
      ['b', 'failed'],
    ]),
    'I7 item a had ended as done, and is cancelled',
  ],
] as const)('an item that %s is found', async ([, later, found]) => {
  const lines: string[] = []
  let ends = new Map([['a', 'done']])
  {
    await using _watch = watchEnds({ catalog: { ends: () => ends }, onViolation: (line) => lines.push(line) })
    ends = new Map(later)
  }
  expect(lines).toEqual([found])
})
