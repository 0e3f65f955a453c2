import { expect, test } from 'vitest'
import { PLANTS, plantBug } from '../soak/plants.ts'
import { soak } from '../soak/soak.ts'

test('[killed] 30 kills of any process at any moment break no invariant', { timeout: 300_000 }, async () => {
  const program = new URL('../../src/', import.meta.url)
  const { violations, kills, designs } = await soak({ kills: 30, seed: 30, program, untilFirst: false, tell: () => {} })
  expect(violations).toEqual([])
  expect(Object.values(kills).reduce((sum, n) => sum + n, 0)).toBe(30)
  expect(designs).toBeGreaterThan(30)
})

test.for(PLANTS.map((plant) => [plant.bug, plant] as const))(
  'the soak catches it when %s',
  { timeout: 300_000 },
  async ([, plant]) => {
    await using planted = await plantBug(plant)
    const { program } = planted
    const { violations } = await soak({ kills: 12, seed: 3, program, untilFirst: true, tell: () => {} })
    expect(violations).not.toEqual([])
    expect(violations[0]).toMatch(plant.caughtAs)
  },
)
