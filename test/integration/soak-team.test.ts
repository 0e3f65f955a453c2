import { expect, test } from 'vitest'
import { soakTeam } from '../soak/team.ts'
import { program } from '../support/entries.ts'
import { startOwnPostgres } from '../support/postgres.ts'

const TEAM = { designs: 60, kills: 8, frozenMs: 8_000, seed: 11, tell: () => {} }

test('[same design] two workstations and their service that are killed, one frozen before a name, store each design once', {
  timeout: 300_000,
}, async () => {
  const { violations, kills, ends, storedTwice } = await soakTeam({ ...TEAM, program: program() })
  expect(violations).toEqual([])
  expect(Object.values(kills).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(2)
  // Those that both dropped, but for what was stored by both as the service did not answer, and the one that each dropped once more.
  expect((ends.skipped ?? 0) + storedTwice).toBeGreaterThanOrEqual(24 + 2)
  expect(ends.done).toBeGreaterThanOrEqual(60)
  expect(Object.keys(ends).sort()).toEqual(['done', 'skipped'])
})

test('[same design] two workstations whose service and PostgreSQL server are killed store each design once, and lose no record', {
  timeout: 300_000,
}, async ({ skip }) => {
  const postgres = await startOwnPostgres('on')
  if (typeof postgres === 'string') return skip(postgres)
  await using server = postgres
  const { violations, kills, ends } = await soakTeam({ ...TEAM, seed: 12, program: program(), postgres: server })
  expect(violations).toEqual([])
  expect(kills.postgres).toBeGreaterThan(0)
  expect(ends.done).toBeGreaterThanOrEqual(60)
  expect(Object.keys(ends).sort()).toEqual(['done', 'skipped'])
})
