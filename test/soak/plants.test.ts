import { expect, test } from 'vitest'
import { PLANTS, plantBug, TEAM_PLANTS } from './plants.ts'

test.each([...PLANTS, ...TEAM_PLANTS])('the place of the bug is there: $bug', async (plant) => {
  await using planted = await plantBug(plant)
  expect(planted.program.pathname).toContain('galley-planted-')
})
