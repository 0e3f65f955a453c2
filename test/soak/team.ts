import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import { type DesignRecord, MAX_FEED_LIMIT } from '../../src/shared/api/records.ts'
import { digest, digestAll } from '../support/differences.ts'
import { addShop, expectOk } from '../support/engine.ts'
import { entryIn } from '../support/entries.ts'
import { drawDesign } from '../support/pictures.ts'
import type { OwnPostgres } from '../support/postgres.ts'
import { signalProcess } from '../support/processes.ts'
import { keepBackend } from './backend-process.ts'
import { keepEngine } from './engine-process.ts'
import { readCatalog } from './read-catalog.ts'
import type { SoakBasis, SoakResult } from './report.ts'
import { addSoakShop, FOLDER, makeRecords } from './shop.ts'
import { localPath, startSoakNas } from './soak-nas.ts'

export interface TeamSoakOptions extends SoakBasis {
  /** Different designs; each workstation drops 70 % of them, so that 40 % come from both. */
  readonly designs: number
  readonly kills: number
  /** The first workstation's engine is frozen once for that long while its worker goes on to where a name is wanted. */
  readonly frozenMs: number
  /** The server that keeps the records, and is killed as well; without it they are embedded in the service. */
  readonly postgres?: OwnPostgres
}

type TeamVictim = 'first' | 'second' | 'service' | 'postgres'

const SHARE = 0.7
/** So slow that the kills fall into the work. */
const BYTES_PER_SECOND = 50_000
const LONGEST_PAUSE_MS = 2_500
const REST_WITHIN_MS = 600_000
/** Drops that may be needed until no number is left out. */
const MAX_FILLS = 4

/** Two workstations of one shop drop designs that overlap, and are killed at seeded moments, as are the service and its
 *  database server; one is frozen for longer than its claims last. Then each design is one file on the NAS and one record,
 *  numbers have no gaps, and both catalogs know the same designs. */
export async function soakTeam(options: TeamSoakOptions): Promise<SoakResult<TeamVictim>> {
  const { designs, kills, frozenMs, seed, program, tell, postgres } = options
  const home = await mkdtemp(join(tmpdir(), 'galley-team-'))
  const violations: string[] = []
  const tally: Record<TeamVictim, number> = { first: 0, second: 0, service: 0, postgres: 0 }
  const ends: Record<string, number> = {}
  const onViolation = (line: string): void => {
    violations.push(line)
    tell(line)
  }
  try {
    await run()
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 })
  }
  return { violations, kills: tally, ends }

  async function run(): Promise<void> {
    const recordDir = join(home, 'records')
    const databaseUrl = await postgres?.createDatabase()
    const token =
      databaseUrl === undefined
        ? await makeRecords(recordDir)
        : await addSoakShop({ kind: 'postgres', url: databaseUrl })
    await using nas = await startSoakNas('openssh')
    const folder = join(nas.root, FOLDER)
    await mkdir(folder, { recursive: true })
    // The user that signs in is not the one that runs this.
    for (const path of [folder, join(folder, '..')]) await chmod(path, 0o777)
    await using backend = await keepBackend({
      entry: entryIn(program, 'backend/main'),
      dataDir: recordDir,
      onCrash: onViolation,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    })
    const workstation = async (name: 'first' | 'second') => {
      const dataDir = join(home, name)
      const entry = entryIn(program, 'worker/engine')
      const secrets = {
        'backend-token': token,
        ...(nas.password === undefined ? {} : { 'nas-password': nas.password }),
      }
      const engine = keepEngine({ entry, dataDir, secrets, onCrash: onViolation })
      const shop = await addShop(engine, { sshd: { ...nas, ...nas.nas }, backendUrl: backend.url })
      const timetable = [{ at: '00:00', bytesPerSecond: BYTES_PER_SECOND }]
      expectOk(await engine.peer.call('limitSpeed', { timetable }))
      return { name, dataDir, engine, shop, catalog: readCatalog(dataDir) }
    }
    const first = await workstation('first')
    await using _first = first.engine
    const second = await workstation('second')
    await using _second = second.engine
    const stations = [first, second]

    const bytes = await drawAll(designs, seed)
    const share = Math.round(designs * SHARE)
    await Promise.all([drop(first, bytes.slice(0, share)), drop(second, bytes.slice(-share))])

    const random = mulberry32(seed)
    const victims: readonly TeamVictim[] = [
      ...(['first', 'second', 'service'] as const),
      ...(postgres === undefined ? [] : (['postgres'] as const)),
    ]
    const freezeAt = Math.floor(kills / 3)
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(random() * LONGEST_PAUSE_MS)
      if (stations.every(({ catalog }) => catalog.underWayCount() === 0)) break
      if (kill === freezeAt) await freeze()
      await killOne(victims[Math.floor(random() * victims.length)] ?? 'service')
    }
    await rested()
    await heard()
    await fillGaps()
    await compare()
    for (const { catalog } of stations) catalog[Symbol.dispose]()

    async function drop({ name, engine, shop }: (typeof stations)[number], files: readonly Buffer[]): Promise<void> {
      const drops = await mkdtemp(join(home, `${name} `))
      await Promise.all(files.map((file, at) => writeFile(join(drops, `design ${at}.png`), file)))
      const policy = { onDuplicate: 'skip', onSimilar: 'keep' } as const
      expectOk(await engine.peer.call('acceptPaths', { ...shop, paths: [drops], policy }))
    }

    /** The last to be stored are told to the other by its next look at the service. */
    async function heard(): Promise<void> {
      for (const station of stations) {
        await station.engine.restart()
        await drop(station, bytes.slice(0, 1))
      }
      await rested()
    }

    /** Numbers that were freed because the other workstation had stored a design go to the next drop. */
    async function fillGaps(): Promise<void> {
      for (let tries = 1; tries <= MAX_FILLS; tries += 1) {
        const numbers = (await recordsOf(backend.url, token)).map(({ number }) => number)
        const missing = Math.max(...numbers) - new Set(numbers).size
        if (missing === 0) return
        const fresh = await drawAll(missing, seed + tries)
        bytes.push(...fresh)
        await drop(first, fresh)
        await rested()
        await heard()
      }
    }

    async function killOne(victim: TeamVictim): Promise<void> {
      if (victim === 'postgres') {
        await postgres?.crash()
        tally.postgres += 1
        return
      }
      const station = stations.find(({ name }) => name === victim)
      const [pid] = station === undefined ? [backend.pid] : await station.engine.pids('engine')
      if (pid !== undefined && signalProcess(pid, 'SIGKILL')) tally[victim] += 1
    }

    async function freeze(): Promise<void> {
      const [pid] = await first.engine.pids('engine')
      if (pid === undefined || !signalProcess(pid, 'SIGSTOP')) return onViolation('nothing was frozen')
      await pause(frozenMs)
      signalProcess(pid, 'SIGCONT')
      await pause(LONGEST_PAUSE_MS)
    }

    async function rested(): Promise<void> {
      const until = performance.now() + REST_WITHIN_MS
      const isAtRest = (): boolean =>
        stations.every(({ catalog }) => catalog.openBatches() === 0 && catalog.outboxCount() === 0)
      while (!isAtRest()) {
        if (performance.now() > until) {
          const left = stations.map(({ name, catalog }) => `${name}: ${catalog.underWay().join(', ')}`)
          return onViolation(`not at rest after ${REST_WITHIN_MS / 1000} s: ${left.join('; ')}`)
        }
        await pause(100)
      }
    }

    async function compare(): Promise<void> {
      const stored = [...(await digestAll(folder))]
      const records = await recordsOf(backend.url, token)
      for (const [at, sha256] of bytes.map(digest).entries()) {
        const files = stored.filter(([, found]) => found === sha256)
        const rows = records.filter(({ fingerprint }) => fingerprint.sha256 === sha256)
        if (files.length !== 1) onViolation(`design ${at} stands ${files.length} times on the NAS`)
        if (rows.length !== 1) onViolation(`design ${at} has ${rows.length} records`)
        const [path] = files[0] ?? []
        for (const { remotePath } of rows) {
          if (localPath(nas, remotePath) !== path) onViolation(`the record of design ${at} points to ${remotePath}`)
        }
      }
      if (stored.length !== bytes.length) onViolation(`${stored.length} files on the NAS for ${bytes.length} designs`)
      if (databaseUrl !== undefined && (await countResent(databaseUrl)) > 0) onViolation('PostgreSQL lost records')
      const numbers = records.map(({ number }) => number).sort((a, b) => a - b)
      if (numbers.some((number, at) => number !== at + 1)) onViolation(`numbers with gaps: ${numbers.join(' ')}`)
      const known = stations.map(({ dataDir }) => knownDesigns(dataDir))
      if (known[0] !== known[1]) onViolation('the two catalogs do not know the same designs')
      for (const { stage } of stations.flatMap(({ catalog }) => catalog.items())) ends[stage] = (ends[stage] ?? 0) + 1
      const odd = Object.keys(ends).filter((stage) => stage !== 'done' && stage !== 'skipped')
      if (odd.length > 0) onViolation(`items ended as ${odd.join(', ')}`)
    }
  }
}

async function drawAll(count: number, seed: number): Promise<Buffer[]> {
  const drawn: Buffer[] = []
  for (let n = 0; n < count; n += 1) drawn.push(await drawDesign(seed * 100_000 + n, { width: 200, height: 240 }))
  return drawn
}

async function recordsOf(url: string, token: string): Promise<DesignRecord[]> {
  const client = createRecordClient({ url, token })
  const found: DesignRecord[] = []
  for (let [after, more] = [0, true]; more; ) {
    const page = expectOk(await client.hashFeed(after, MAX_FEED_LIMIT, AbortSignal.timeout(30_000)))
    found.push(...page.entries)
    after = page.cursor
    more = page.more
  }
  return found
}

/** Records that the database had lost, and was sent again. */
async function countResent(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query('select count(*)::int as count from designs where resent')
  await client.end()
  return rows[0].count
}

/** Id, number and place of each design that stands on the NAS as far as this catalog knows. */
function knownDesigns(dataDir: string): string {
  const database = new Sqlite(join(dataDir, 'catalog.sqlite'), { readonly: true })
  const rows = database.prepare(`SELECT id, number, remote_path FROM designs WHERE state = 'known' ORDER BY id`).raw()
  const known = JSON.stringify(rows.all())
  database.close()
  return known
}
