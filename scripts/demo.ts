// The main job end to end on this computer: a practice NAS over real SFTP, a practice backend, sample designs, and the
// same `galley upload` that a shop uses. Then everything is compared with what must have become of each sample.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { createRecordClient } from '../src/engine/records/client.ts'
import { SAMPLE_MOCKUPS } from '../src/practice/sample-mockups.ts'
import { makeSamples, type Sample } from '../src/practice/samples.ts'
import type { ListedJobs } from '../src/shared/api/mockup-jobs.ts'
import { type FeedResponse, MAX_FEED_LIMIT } from '../src/shared/api/records.ts'
import type { ReceiptLine } from '../src/shared/domain/batch.ts'
import type { PracticePlace } from '../src/shared/ipc/practice.ts'

const LOOK_EVERY_MS = 500

const root = resolve(import.meta.dirname, '..')
const folder = resolve('.galley')
const practiceDir = join(folder, 'practice')
const dataDir = join(folder, 'demo')

mkdirSync(folder, { recursive: true })
console.log('Drawing sample designs ...')
const samples = await makeSamples(join(folder, 'samples'))
console.log('Opening the practice shop: a NAS over real SFTP and a backend, on this computer ...')
const practice = spawn(process.execPath, [join(root, 'src', 'practice', 'main.ts'), '--data-dir', practiceDir], {
  // The channel is never spoken on: by it the practice shop notices when this process is gone.
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
})
try {
  const place = await firstLine()
  const known = await recordsOf(place)
  const access = accessTo(place)
  galley(['shop', 'add', ...access])
  await addMockups()
  const before = await mockupsOf(place)
  const exitCode = galley(['upload', samples.folder, ...access])
  const receipt = readReceipt()
  const records = await recordsOf(place)
  const mockups = await madeMockups(place)
  const faults = [...compare(receipt, known, records), ...compareMockups(mockups, records)]
  const added = records.length - known.length
  console.log(
    `\nThe files lie in ${relative(process.cwd(), join(practiceDir, 'nas'))}, their records in the practice backend.`,
  )
  console.log(added === 0 ? 'Nothing new was uploaded: every sample was known.' : `${added} designs were uploaded.`)
  const files = filesOf(mockups)
  const news = [...files].filter((file) => !filesOf(before).has(file))
  console.log(`${files.size} mockups lie beside the designs, ${news.length} of them new.`)
  for (const fault of faults) console.error(`NOT AS IT MUST BE: ${fault}`)
  if (faults.length === 0) console.log('Receipt, files on the NAS and records agree with the manifest of the samples.')
  process.exitCode = faults.length === 0 && (exitCode === 0 || exitCode === 3) ? 0 : 1
} finally {
  practice.kill('SIGTERM')
}

function firstLine(): Promise<PracticePlace> {
  const { stdout } = practice
  if (stdout === null) throw new Error('The practice shop has no output.')
  return new Promise((settle, reject) => {
    createInterface({ input: stdout }).once('line', (line) => settle(JSON.parse(line)))
    practice.once('exit', () => reject(new Error('The practice shop did not open.')))
  })
}

/** What a person would type of the shop. The exit code of the upload says 3, because two samples are broken and two need a
 *  look. */
function accessTo({ nas, password, fingerprint, backendUrl, token }: PracticePlace): string[] {
  const passwordFile = join(folder, 'practice-password')
  const tokenFile = join(folder, 'practice-token')
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 })
  const address = `sftp://${encodeURIComponent(nas.user)}@${nas.host}:${nas.port}${nas.root}`
  return [
    ...['--shop', 'Practice shop', '--nas', address, '--host-key', fingerprint],
    ...['--backend', backendUrl, '--password-file', passwordFile, '--token-file', tokenFile],
  ]
}

function galley(args: readonly string[]): number | null {
  const command = [join(root, 'src', 'cli', 'main.ts'), ...args, '--data-dir', dataDir]
  return spawnSync(process.execPath, command, { stdio: 'inherit' }).status
}

function read(...args: string[]): string {
  return spawnSync(process.execPath, [join(root, 'src', 'cli', 'main.ts'), ...args, '--data-dir', dataDir], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  }).stdout
}

/** The photos of the practice shop become mockups of its template, once. */
async function addMockups(): Promise<void> {
  const there = read('mockup', 'list')
  for (const { name, surface, draw } of SAMPLE_MOCKUPS) {
    if (there.includes(`${name}: `)) continue
    const photo = join(folder, `${name}.jpg`)
    writeFileSync(photo, await draw())
    const points = surface.kind === 'mesh' ? surface.points : surface.kind === 'quad' ? surface.corners : []
    galley([
      ...[
        'mockup',
        'add',
        name,
        '--photo',
        photo,
        `--${surface.kind}`,
        points.map((point) => point.join(',')).join(' '),
      ],
      ...['--blend', 'multiply', '--shading', '0.4'],
    ])
  }
}

async function mockupsOf({ backendUrl, token }: PracticePlace): Promise<ListedJobs['jobs']> {
  const listed = await createRecordClient({ url: backendUrl, token }).mockupJobs({}, new AbortController().signal)
  if (!listed.ok) throw new Error(listed.failure.message)
  return listed.value.jobs
}

/** Once every job is over. */
async function madeMockups(place: PracticePlace): Promise<ListedJobs['jobs']> {
  for (;;) {
    const jobs = await mockupsOf(place)
    if (jobs.every(({ state }) => state !== 'queued' && state !== 'active')) return jobs
    await pause(LOOK_EVERY_MS)
  }
}

function filesOf(jobs: ListedJobs['jobs']): Set<string> {
  return new Set(jobs.flatMap(({ made }) => made.map(({ fileName, sha256 }) => `${fileName} ${sha256}`)))
}

/** What is not as it must be: each design has each mockup beside it. */
function compareMockups(jobs: ListedJobs['jobs'], records: FeedResponse['entries']): string[] {
  return records.flatMap(({ id, fileName, remotePath }) => {
    const made = jobs.find((job) => job.id === id)?.made ?? []
    const there = made.filter(({ fileName: name, sha256 }) => {
      return digestOnNas(posix.join(posix.dirname(remotePath), 'mockups', name)) === sha256
    })
    const isWhole = there.length === SAMPLE_MOCKUPS.length
    return isWhole ? [] : [`${there.length} mockups of ${fileName}, not ${SAMPLE_MOCKUPS.length}`]
  })
}

function readReceipt(): ReceiptLine[] {
  const [newest] = JSON.parse(read('status', '--json')).batches
  return JSON.parse(read('receipt', newest.id, '--format', 'json'))
}

async function recordsOf({ backendUrl, token }: PracticePlace): Promise<FeedResponse['entries']> {
  const client = createRecordClient({ url: backendUrl, token })
  const page = await client.hashFeed(0, MAX_FEED_LIMIT, new AbortController().signal)
  if (!page.ok) throw new Error(page.failure.message)
  return page.value.entries
}

/** What is not as the manifest says, as lines. */
function compare(receipt: ReceiptLine[], known: FeedResponse['entries'], records: FeedResponse['entries']): string[] {
  const faults: string[] = []
  if (receipt.length !== samples.samples.length)
    faults.push(`${receipt.length} receipt lines, ${samples.samples.length} samples`)
  for (const sample of samples.samples) {
    const line = receipt.find(({ sourcePath }) => sourcePath === join(samples.folder, ...sample.file.split('/')))
    const wasKnown = known.some(({ fingerprint }) => fingerprint.sha256 === sample.sha256)
    const wanted = outcomeOf(sample, wasKnown)
    if (line?.outcome !== wanted) faults.push(`${sample.file} is ${line?.outcome ?? 'missing'}, not ${wanted}`)
    const rows = records.filter(({ fingerprint }) => fingerprint.sha256 === sample.sha256)
    if (sample.fate.kind === 'stored' && rows.length !== 1) faults.push(`${rows.length} records of ${sample.file}`)
    for (const { remotePath } of rows) {
      if (digestOnNas(remotePath) !== sample.sha256) faults.push(`${remotePath} on the NAS is not ${sample.file}`)
    }
  }
  return faults
}

function outcomeOf({ fate }: Sample, wasKnown: boolean): ReceiptLine['outcome'] {
  switch (fate.kind) {
    case 'stored':
      return wasKnown ? 'skipped' : 'done'
    case 'duplicate':
      return 'skipped'
    case 'similar':
      return 'pending'
    case 'failed':
      return 'failed'
  }
}

function digestOnNas(remotePath: string): string | null {
  const path = join(practiceDir, 'nas', ...remotePath.split('/'))
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null
}
