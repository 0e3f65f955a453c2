// npm run bench -- NAME [--json] [--rounds N] [--case PART] [--any-crypto] [--beside COMMIT]
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatTable } from './print.ts'
import type { Bench, BenchRow } from './row.ts'

const USAGE = `usage: npm run bench -- NAME [--json] [--rounds N] [--case PART] [--any-crypto]
       npm run bench -- pipeline|transfer --beside COMMIT [...]`
/** Those that can be run beside another commit of the program. */
const BESIDE: ReadonlySet<string> = new Set(['pipeline', 'transfer'])
/** Versions of one program differ by less than programs do. */
const ROUNDS = { beside: '15', peers: '5' }

/** Each benchmark is a file beside this one that exports `run`. */
const BENCHES: Readonly<Record<string, () => Promise<{ readonly run: Bench }>>> = {
  backend: () => import('./backend.ts'),
  drop: () => import('./drop.ts'),
  imaging: () => import('./imaging.ts'),
  index: () => import('./index-search.ts'),
  mockups: () => import('./mockups.ts'),
  pipeline: () => import('./pipeline.ts'),
  transfer: () => import('./transfer.ts'),
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    beside: { type: 'string' },
    case: { type: 'string', default: '' },
    'any-crypto': { type: 'boolean', default: false },
  },
})

const [name] = positionals
const load = name === undefined ? undefined : BENCHES[name]
if (load === undefined || (options.beside !== undefined && !BESIDE.has(name ?? ''))) {
  console.error(USAGE)
  console.error(`benchmarks: ${Object.keys(BENCHES).join(', ')}`)
  process.exit(2)
}

const { run } = await load()
const scratch = await mkdtemp(join(tmpdir(), 'galley-bench-'))
const rows: BenchRow[] = []
const rounds = Number(options.rounds ?? (options.beside === undefined ? ROUNDS.peers : ROUNDS.beside))
try {
  await run({
    scratch,
    rounds: Math.max(1, rounds),
    beside: options.beside ?? null,
    anyCrypto: options['any-crypto'],
    wants: (caseName) => caseName.includes(options.case),
    names: (caseName) => options.case === caseName,
    report(row) {
      rows.push(row)
      if (options.json) console.log(JSON.stringify(row))
    },
    note: (line) => console.error(line),
  })
} finally {
  await rm(scratch, { recursive: true, force: true })
}
if (!options.json) console.log(formatTable(rows))
console.error(
  `Load average of the last minutes, on ${availableParallelism()} processors: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}`,
)
process.exit(rows.some((row) => row.met === false) ? 1 : 0)
