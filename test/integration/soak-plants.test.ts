import { expect, test } from 'vitest'
import { planKills } from '../soak/plan.ts'
import { PLANTS, plantBug } from '../soak/plants.ts'
import { soak } from '../soak/soak.ts'

test.for(PLANTS.map((plant) => [plant.bug, plant] as const))(
  'the soak catches it when %s',
  { timeout: 300_000 },
  async ([, plant]) => {
    const { victim } = plant
    await using planted = await plantBug(plant)
    const { program } = planted
    const plan = planKills(3, 12).map((kill) => (victim === undefined ? kill : { ...kill, victim }))
    const { violations } = await soak({ plan, nasKind: 'openssh', seed: 3, program, untilFirst: true, tell: () => {} })
    expect(violations).not.toEqual([])
    expect(violations[0]).toMatch(plant.caughtAs)
  },
)
