// npm run soak -- --kills N --seed S [--nas KIND], or npm run soak -- team --kills N --seed S [--postgres]: one line per
// violation, then what was done. npm run soak -- mockups --kills N --seed S is a third. Exit 1 on any violation. npm run soak -- plants: a line for each bug that was put in on
// purpose. Exit 1 when one is not found.
import { parseArgs } from 'node:util'
import { startOwnPostgres } from '../support/postgres.ts'
import { soakMockups } from './mockups.ts'
import { planKills } from './plan.ts'
import { type SoakReport, soak } from './soak.ts'
import { isNasKind, NAS_KINDS, whyNoSoakNas } from './soak-nas.ts'
import { soakTeam } from './team.ts'
import { tryPlants } from './try-plants.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string' },
    seed: { type: 'string' },
    nas: { type: 'string', default: 'openssh' },
    postgres: { type: 'boolean', default: false },
  },
})
const kills = Number(values.kills ?? 30)
const seed = Number(values.seed ?? 1)
const program = new URL('../../src/', import.meta.url)
const tell = (line: string): void => console.log(line)
const started = performance.now()
const [form] = positionals
if (form === 'team') {
  const postgres = values.postgres ? await startOwnPostgres('on') : undefined
  if (typeof postgres === 'string') {
    console.error(postgres)
    process.exit(2)
  }
  const { violations, ends, storedTwice, ...done } = await soakTeam({
    ...{ designs: 500, kills, frozenMs: 300_000, seed, program, tell },
    ...(postgres === undefined ? {} : { postgres }),
  })
  await postgres?.[Symbol.asyncDispose]()
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log(
    `team, seed ${seed}: kills (${list(done.kills)}), items (${list(ends)}), ${storedTwice} stored by both, ${violations.length} violations, ${seconds} s`,
  )
  process.exit(violations.length === 0 ? 0 : 1)
}
if (form === 'plants') process.exit((await tryPlants(tell)) ? 0 : 1)
if (form === 'mockups') {
  const postgres = await startOwnPostgres('on')
  if (typeof postgres === 'string') {
    console.error(postgres)
    process.exit(2)
  }
  const plan = { designs: 500, kills, crashes: kills, seed, postgres, tell }
  const { violations, files, retried } = await soakMockups(plan)
  await postgres[Symbol.asyncDispose]()
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log(
    `mockups, seed ${seed}: ${kills} workers and ${kills} times PostgreSQL killed, ${files} files, ${retried} jobs retried, ` +
      `${violations.length} violations, ${seconds} s`,
  )
  process.exit(violations.length === 0 ? 0 : 1)
}
if (form !== undefined) {
  console.error(`there is no form of the soak called ${form}: only team, mockups and plants`)
  process.exit(2)
}
const { nas } = values
if (!isNasKind(nas)) {
  console.error(`--nas is one of ${NAS_KINDS.join(', ')}`)
  process.exit(2)
}
const why = whyNoSoakNas(nas)
if (why !== null) {
  console.error(`no ${nas} here: ${why}`)
  process.exit(2)
}

const report = await soak({
  plan: planKills(seed, kills),
  nasKind: nas,
  seed,
  program,
  untilFirst: false,
  tell,
})
console.log(closingLine(report, (performance.now() - started) / 1000))
process.exit(report.violations.length === 0 ? 0 : 1)

function closingLine(
  { kills, freezes, files, designs, foreignNames, ends, violations }: SoakReport,
  seconds: number,
): string {
  const total = Object.values(kills).reduce((sum, n) => sum + n, 0)
  return (
    `${nas}, seed ${seed}: ${total} kills (${list(kills)}), ${freezes} freezes, ${files} files dropped, ${designs} designs (${list(ends)}), ` +
    `${foreignNames} names of others, ${violations.length} violations, ${seconds.toFixed(0)} s`
  )
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ')
}
