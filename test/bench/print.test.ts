import { expect, test } from 'vitest'
import { formatTable } from './print.ts'
import { judged, reported, unjudged } from './row.ts'

test('a missed target and one that could not be judged are told apart in the table', () => {
  const row = { bench: 'pipeline', case: '100 x 2 MB', unit: 'x', baseline: 'floors' }
  const lines = formatTable([
    judged({ ...row, metric: 'whole job', value: 1.62345 }, '<= 1.5'),
    unjudged({ ...row, metric: 'copy', value: 2 }, '<= 1.5', 'rclone is not installed'),
    reported({ ...row, metric: 'files', value: 1234.5 }),
  ]).split('\n')
  expect(lines[1]).toMatch(/whole job +1\.62 +x +floors +<= 1\.5 +NO$/)
  expect(lines[2]).toMatch(/not judged$/)
  expect(lines[3]).toMatch(/1235 +x +floors$/)
  expect(lines[4]).toBe('100 x 2 MB, copy: rclone is not installed')
})
