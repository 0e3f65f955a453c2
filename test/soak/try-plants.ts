import { planKills } from './plan.ts'
import { PLANTS, type Plant, plantBug, TEAM_PLANTS } from './plants.ts'
import { soak } from './soak.ts'
import { soakTeam } from './team.ts'

/** What a soak of the program with the bug in it says first; null: nothing, so that the soak does not see such bugs. */
export async function firstSaidOf(plant: Plant): Promise<string | null> {
  const { victim } = plant
  await using planted = await plantBug(plant)
  const plan = planKills(3, 12).map((kill) => (victim === undefined ? kill : { ...kill, victim }))
  const { program } = planted
  const { violations } = await soak({ plan, nasKind: 'openssh', seed: 3, program, untilFirst: true, tell: () => {} })
  return violations[0] ?? null
}

async function firstSaidOfTeam(plant: Plant): Promise<string | null> {
  await using planted = await plantBug(plant)
  const { program } = planted
  const { violations } = await soakTeam({ designs: 60, kills: 0, frozenMs: 8_000, seed: 11, program, tell: () => {} })
  return violations.find((line) => plant.caughtAs.test(line)) ?? violations[0] ?? null
}

/** Puts each known bug into a copy of the program, and lets the soak find it. True when it finds all, as what they are. */
export async function tryPlants(tell: (line: string) => void): Promise<boolean> {
  let areAllCaught = true
  for (const plant of [...PLANTS, ...TEAM_PLANTS]) {
    const said = await (TEAM_PLANTS.includes(plant) ? firstSaidOfTeam(plant) : firstSaidOf(plant))
    const isCaught = said !== null && plant.caughtAs.test(said)
    areAllCaught &&= isCaught
    tell(`${isCaught ? 'caught' : 'NOT caught'}: ${plant.bug} (${said ?? 'nothing said'})`)
  }
  return areAllCaught
}
