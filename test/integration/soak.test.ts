import { expect, test } from 'vitest'
import { planKills } from '../soak/plan.ts'
import { PLANTS, plantBug } from '../soak/plants.ts'
import { soak } from '../soak/soak.ts'
import { whyNoSoakNas } from '../soak/soak-nas.ts'
import { soakTeam } from '../soak/team.ts'
import { startOwnPostgres } from '../support/postgres.ts'

test('[killed, session frozen] 30 kills of any process at any moment, and sessions frozen and woken, break no invariant', {
  timeout: 300_000,
}, async () => {
  const program = new URL('../../src/', import.meta.url)
  const plan = planKills(30, 30)
  const report = await soak({ plan, nasKind: 'openssh', seed: 30, program, untilFirst: false, tell: () => {} })
  const { violations, kills, freezes, foreignNames, designs } = report
  expect(violations).toEqual([])
  expect(Object.values(kills).reduce((sum, n) => sum + n, 0)).toBe(30)
  // Six are planned; one whose victim is not there within its time is left out.
  expect(freezes).toBeGreaterThan(0)
  expect(designs).toBeGreaterThan(30)
  expect(foreignNames).toBeGreaterThan(3)
})

const TEAM = { designs: 60, kills: 8, frozenMs: 8_000, seed: 11, tell: () => {} }

test('[same design] two workstations and their service that are killed, one frozen before a name, store each design once', {
  timeout: 300_000,
}, async () => {
  const { violations, kills, ends } = await soakTeam({ ...TEAM, program: new URL('../../src/', import.meta.url) })
  expect(violations).toEqual([])
  expect(Object.values(kills).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(2)
  // Those that both dropped, and the one that each dropped once more.
  expect(ends.skipped).toBeGreaterThanOrEqual(24 + 2)
  expect(ends.done).toBeGreaterThanOrEqual(60)
  expect(Object.keys(ends).sort()).toEqual(['done', 'skipped'])
})

test('[same design] two workstations whose service and PostgreSQL server are killed store each design once, and lose no record', {
  timeout: 300_000,
}, async ({ skip }) => {
  const postgres = await startOwnPostgres('on')
  if (typeof postgres === 'string') return skip(postgres)
  await using server = postgres
  const program = new URL('../../src/', import.meta.url)
  const { violations, kills, ends } = await soakTeam({ ...TEAM, seed: 12, program, postgres: server })
  expect(violations).toEqual([])
  expect(kills.postgres).toBeGreaterThan(0)
  expect(ends.done).toBeGreaterThanOrEqual(60)
  expect(Object.keys(ends).sort()).toEqual(['done', 'skipped'])
})

test('the soak of a team catches it when what another workstation has counts as granted', {
  timeout: 300_000,
}, async () => {
  await using planted = await plantBug({
    file: 'engine/records/claims.ts',
    code: 'else grants.delete(item.id)',
    instead: 'else grants.set(item.id, { ...asked, usableFrom })',
  })
  const { violations } = await soakTeam({ ...TEAM, kills: 0, program: planted.program })
  expect(violations.join('\n')).toMatch(/stands 2 times on the NAS/)
})

test.for(PLANTS.map((plant) => [plant.bug, plant] as const))(
  'the soak catches it when %s',
  { timeout: 300_000 },
  async ([, plant], context) => {
    const { nasKind, victim } = plant
    const why = whyNoSoakNas(nasKind)
    if (why !== null) return context.skip(why)
    await using planted = await plantBug(plant)
    const { program } = planted
    const plan = planKills(3, 12).map((kill) => (victim === undefined ? kill : { ...kill, victim }))
    const { violations } = await soak({ plan, nasKind, seed: 3, program, untilFirst: true, tell: () => {} })
    expect(violations).not.toEqual([])
    expect(violations[0]).toMatch(plant.caughtAs)
  },
)
