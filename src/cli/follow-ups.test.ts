import { expect, test } from 'vitest'
import { followUps } from './follow-ups.ts'

test('a command for what comes after can be pasted as it is, also where the folder has a blank in its name', () => {
  expect(followUps({ dataDir: '/home/ana/.config/Galley' }).receipt('b1')).toBe(
    'npm run -s galley -- receipt b1 --data-dir /home/ana/.config/Galley',
  )
  const mac = followUps({ dataDir: '/Users/ana/Library/Application Support/Galley' })
  expect([mac.resume, mac.review]).toEqual(
    ['resume', 'review'].map(
      (name) => `npm run -s galley -- ${name} --data-dir "/Users/ana/Library/Application Support/Galley"`,
    ),
  )
})
