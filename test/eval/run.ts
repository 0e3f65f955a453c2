// npm run eval -- matching --originals DIR [--originals DIR ...] [--limit N] [--json]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type EvalReport, evaluateMatching } from './matching.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    originals: { type: 'string', multiple: true, default: [] },
    limit: { type: 'string', default: '400' },
    json: { type: 'boolean', default: false },
  },
})
if (positionals[0] !== 'matching' || options.originals.length === 0) {
  console.error('usage: npm run eval -- matching --originals DIR [--originals DIR ...] [--limit N] [--json]')
  process.exit(2)
}
const scratch = await mkdtemp(join(tmpdir(), 'galley-eval-'))
try {
  const report = await evaluateMatching({
    folders: options.originals,
    limit: Number(options.limit),
    scratch,
    note: (line) => console.error(line),
  })
  console.log(options.json ? JSON.stringify(report) : format(report))
} finally {
  await rm(scratch, { recursive: true, force: true })
}

function format({ originals, lowVariance, edits, pairs, falsePairs }: EvalReport): string {
  const share = (found: number, of: number): string =>
    `${((100 * found) / of).toFixed(1).padStart(5)} %  ${found} of ${of}`
  const total = (isHard: boolean): string => {
    const some = edits.filter((edit) => edit.isHard === isHard)
    const sum = (key: 'found' | 'of'): number => some.reduce((all, edit) => all + edit[key], 0)
    return share(sum('found'), sum('of'))
  }
  return [
    `${originals} pictures, ${lowVariance} more of one tone`,
    ...edits.map(
      ({ name, isHard, found, of }) => `${isHard ? 'hard  ' : '      '}${name.padEnd(24)}${share(found, of)}`,
    ),
    `      ${'all ordinary edits'.padEnd(24)}${total(false)}`,
    `hard  ${'all hard edits'.padEnd(24)}${total(true)}`,
    `false positives: ${falsePairs} of ${pairs} pairs, ${((1e6 * falsePairs) / pairs).toFixed(1)} per million`,
  ].join('\n')
}
