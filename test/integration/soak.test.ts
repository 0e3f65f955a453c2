import { expect, test } from 'vitest'
import { planKills } from '../soak/plan.ts'
import { PLANTS } from '../soak/plants.ts'
import { soak } from '../soak/soak.ts'
import { firstSaidOf } from '../soak/try-plants.ts'
import { program } from '../support/entries.ts'

test('[killed, session frozen] 20 kills of any process at any moment, and sessions frozen and woken, break no invariant', {
  timeout: 300_000,
}, async () => {
  const plan = planKills(30, 20)
  const report = await soak({
    plan,
    nasKind: 'openssh',
    seed: 30,
    program: program(),
    untilFirst: false,
    tell: () => {},
  })
  const { violations, kills, freezes, foreignNames, designs } = report
  expect(violations).toEqual([])
  expect(Object.values(kills).reduce((sum, n) => sum + n, 0)).toBe(20)
  // Some are planned; one whose victim is not there within its time is left out.
  expect(freezes).toBeGreaterThan(0)
  expect(designs).toBeGreaterThan(20)
  expect(foreignNames).toBeGreaterThan(3)
})

const [plant] = PLANTS
test(`the soak catches it when ${plant.bug}`, { timeout: 300_000 }, async () => {
  expect(await firstSaidOf(plant)).toMatch(plant.caughtAs)
})
