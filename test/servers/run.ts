// npm run servers [NAME ...] [-- --peers]: tries Galley on real servers and writes docs/servers.md. What was tried before is
// kept in test-results/servers: a run that was ended goes on there, and one server can be tried again. Exit 1 where something
// is not as it should be.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startBackend } from '../support/backend.ts'
import { SERVER_KINDS, serverKind } from '../support/servers/kinds.ts'
import { whyNot } from '../support/servers/server-kind.ts'
import { type Row, serversPage } from './page.ts'
import { tryServer } from './trial.ts'
import { makeTrialFiles } from './trial-files.ts'
import type { KeptTrial } from './trial-result.ts'

const root = dirname(dirname(import.meta.dirname))
const kept = join(root, 'test-results', 'servers')
const { values, positionals } = parseArgs({ allowPositionals: true, options: { peers: { type: 'boolean' } } })
const isWhole = positionals.length === 0
const commit = execFileSync('git', ['describe', '--always', '--dirty', '--exclude', '*'], {
  cwd: root,
  encoding: 'utf8',
}).trim()
const kinds = isWhole ? SERVER_KINDS : positionals.map(serverKind)

await mkdir(kept, { recursive: true })
const home = await mkdtemp(join(tmpdir(), 'galley-trial-'))
const files = await makeTrialFiles(home)
let hasFaults = false
for (const kind of kinds) {
  const tell = (line: string): void => console.log(`${kind.name}: ${line}`)
  const reason = whyNot(kind)
  if (reason !== null) {
    tell(reason)
    continue
  }
  const before = isWhole ? await read(kind.name) : null
  if (before?.commit === commit && !commit.endsWith('dirty')) {
    tell('tried already')
    hasFaults ||= before.faults.length > 0
    continue
  }
  // A service of its own, so that one server's trial is nobody else's.
  await using backend = await startBackend()
  try {
    const trial = await tryServer({ kind, files, backend, withPeers: isWhole || values.peers === true, tell })
    await writeFile(join(kept, `${kind.name}.json`), JSON.stringify({ ...trial, commit }, null, 2))
    for (const fault of trial.faults) tell(`FAULT ${fault}`)
    tell(`${trial.seconds.toFixed(0)} s`)
    hasFaults ||= trial.faults.length > 0
  } catch (error) {
    tell(`FAULT ${error instanceof Error ? error.stack : String(error)}`)
    hasFaults = true
  }
}
await rm(home, { recursive: true, force: true })
await writeFile(join(root, 'docs', 'servers.md'), serversPage(await rows()))
process.exit(hasFaults ? 1 : 0)

function rows(): Promise<Row[]> {
  return Promise.all(SERVER_KINDS.map(async (kind) => ({ kind, trial: await read(kind.name), why: whyNot(kind) })))
}

async function read(name: string): Promise<KeptTrial | null> {
  const text = await readFile(join(kept, `${name}.json`), 'utf8').catch(() => null)
  return text === null ? null : JSON.parse(text)
}
