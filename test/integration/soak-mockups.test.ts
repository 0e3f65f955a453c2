import { expect, test } from 'vitest'
import { soakMockups } from '../soak/mockups.ts'
import { startOwnPostgres } from '../support/postgres.ts'

test('[worker killed] workers and their PostgreSQL server that are killed make each mockup once, whole, with one row', {
  timeout: 300_000,
}, async ({ skip }) => {
  const postgres = await startOwnPostgres('on')
  if (typeof postgres === 'string') return skip(postgres)
  await using server = postgres
  const plan = { designs: 36, kills: 5, crashes: 3, seed: 7, postgres: server, tell: () => {} }
  const { violations, files } = await soakMockups(plan)
  expect(violations).toEqual([])
  expect(files).toBe(72)
})
