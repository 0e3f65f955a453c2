// npm run soak -- --kills N --seed S [--nas KIND]: one line per violation, then what was done. Exit 1 on any violation.
import { parseArgs } from 'node:util'
import { planKills } from './plan.ts'
import { type SoakReport, soak } from './soak.ts'
import { isNasKind, NAS_KINDS, whyNoSoakNas } from './soak-nas.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, nas: { type: 'string', default: 'openssh' } },
})
const kills = Number(values.kills ?? 30)
const seed = Number(values.seed ?? 1)
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

const started = performance.now()
const report = await soak({
  plan: planKills(seed, kills),
  nasKind: nas,
  seed,
  program: new URL('../../src/', import.meta.url),
  untilFirst: false,
  tell: (line) => console.log(line),
})
console.log(closingLine(report, (performance.now() - started) / 1000))
process.exit(report.violations.length === 0 ? 0 : 1)

function closingLine(
  { kills, freezes, files, designs, foreignNames, ends, violations }: SoakReport,
  seconds: number,
): string {
  const total = Object.values(kills).reduce((sum, n) => sum + n, 0)
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')
  return (
    `${nas}, seed ${seed}: ${total} kills (${list(kills)}), ${freezes} freezes, ${files} files dropped, ${designs} designs (${list(ends)}), ` +
    `${foreignNames} names of others, ${violations.length} violations, ${seconds.toFixed(0)} s`
  )
}
