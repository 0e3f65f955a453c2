import { expect, test } from 'vitest'
import { columnsOf, formatTable } from './format.ts'

test('a column does not shift below a name in Japanese, or with an accent that is a letter of its own', () => {
  const names = ['日本語.png', 'n\u0303andu\u0301.png', '🎃.png', 'a.png']
  const [, , ...rows] = formatTable(
    ['File', 'Size'],
    names.map((name) => [name, '1 MB']),
  ).split('\n')
  expect(rows.map((row) => columnsOf(row.slice(0, row.indexOf('1 MB'))))).toEqual([12, 12, 12, 12])
})
