import { expect, test } from 'vitest'
import { columnsOf, formatBytes, formatTable } from './format.ts'

test('a column does not shift below a name in Japanese, or with an accent that is a letter of its own', () => {
  const names = ['日本語.png', 'n\u0303andu\u0301.png', '🎃.png', 'a.png']
  const [, , ...rows] = formatTable(
    ['File', 'Size'],
    names.map((name) => [name, '1 MB']),
  ).split('\n')
  expect(rows.map((row) => columnsOf(row.slice(0, row.indexOf('1 MB'))))).toEqual([12, 12, 12, 12])
})

test('bytes have three digits at most, each unit from its thousand on', () => {
  expect([0, 999, 1_000, 1_500, 12_345, 123_456, 1_000_000, 2e12, 5e15].map(formatBytes)).toEqual([
    ...['0 B', '999 B', '1.00 KB', '1.50 KB', '12.3 KB', '123 KB', '1.00 MB', '2.00 TB', '5000 TB'],
  ])
})
