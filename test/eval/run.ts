// npm run eval -- matching --originals DIR [--originals DIR ...] [--limit N] [--more N] [--cache FILE] [--json]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MATCHING_PRESETS } from '../../src/shared/domain/match.ts'
import { type EditReport, type EvalReport, evaluateMatching } from './matching.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    originals: { type: 'string', multiple: true, default: [] },
    limit: { type: 'string', default: '400' },
    cache: { type: 'string' },
    more: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
})
if (positionals[0] !== 'matching' || options.originals.length === 0) {
  console.error(
    'usage: npm run eval -- matching --originals DIR [--originals DIR ...] [--limit N] [--more N] [--cache FILE] [--json]',
  )
  process.exit(2)
}
const scratch = await mkdtemp(join(tmpdir(), 'galley-eval-'))
try {
  const report = await evaluateMatching({
    folders: options.originals,
    limit: Number(options.limit),
    more: Number(options.more),
    scratch,
    cache: options.cache ?? null,
    note: (line) => console.error(line),
  })
  console.log(options.json ? JSON.stringify(report) : format(report))
} finally {
  await rm(scratch, { recursive: true, force: true })
}

function format({ edited, compared, lowVariance, pairs, samePairs, presets, taken }: EvalReport): string {
  const kinds = ['near', 'recoloured', 'similar'] as const
  const names = presets.balanced.edits.map(({ name, isHard }) => ({ name, isHard }))
  const row = (label: string, pick: (report: EditReport) => boolean): string =>
    label.padEnd(30) + MATCHING_PRESETS.map((preset) => share(presets[preset].edits.filter(pick))).join('')
  return [
    `${edited} pictures edited, ${compared} compared, ${lowVariance} more of one tone`,
    `found, and of that as recoloured${MATCHING_PRESETS.map((preset) => preset.padStart(20)).join('')}`,
    ...names.map(({ name, isHard }) => row(`${isHard ? 'hard  ' : '      '}${name}`, (report) => report.name === name)),
    row('      all ordinary edits', ({ isHard }) => !isHard),
    row('hard  all hard edits', ({ isHard }) => isHard),
    `of ${pairs} pairs of different drawings (${samePairs} of the same not counted), per million`,
    ...kinds.map((kind) => {
      const counts = MATCHING_PRESETS.map((preset) => presets[preset].falsePairs[kind])
      return `      ${kind.padEnd(24)}${counts.map((n) => `${n}, ${((1e6 * n) / pairs).toFixed(1)}`.padStart(20)).join('')}`
    }),
    ...taken.map((pair) => pair.join('\t')),
  ].join('\n')
}

function share(reports: readonly EditReport[]): string {
  const sum = (key: 'of' | 'near' | 'recoloured'): number => reports.reduce((all, report) => all + report[key], 0)
  const percent = (n: number): string => ((100 * n) / sum('of')).toFixed(1)
  return `${percent(sum('near') + sum('recoloured'))} % (${percent(sum('recoloured'))})`.padStart(20)
}
