import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import sharp from 'sharp'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import { type FeedEntry, MAX_FEED_LIMIT } from '../../src/shared/api/records.ts'
import { numbersOf } from '../../src/shared/domain/number-range.ts'
import { takenNumberReader } from '../../src/shared/domain/remote-name.ts'
import { digest, digestAll } from '../support/differences.ts'
import { expectOk } from '../support/engine.ts'
import { entryIn } from '../support/entries.ts'
import { drawDesign } from '../support/pictures.ts'
import type { OwnPostgres } from '../support/postgres.ts'
import { signalProcess } from '../support/processes.ts'
import { keepBackend } from './backend-process.ts'
import { judgeFiles, judgeOrder, judgeTwice, lowestFree } from './judge-team.ts'
import type { SoakBasis, SoakResult } from './report.ts'
import { addSoakShop, FOLDER, makeRecords, nameOf } from './shop.ts'
import { localPath, startSoakNas } from './soak-nas.ts'
import { openStation, type Station } from './team-station.ts'

export interface TeamSoakOptions extends SoakBasis {
  /** Different designs; each workstation drops 70 % of them, so that 40 % come from both. */
  readonly designs: number
  readonly kills: number
  /** The first workstation's engine is frozen once for that long while its worker goes on to where a name is wanted. */
  readonly frozenMs: number
  /** The server that keeps the records, and is killed as well; without it they are embedded in the service. */
  readonly postgres?: OwnPostgres
}

export interface TeamSoakResult extends SoakResult<TeamVictim> {
  /** Designs that both stored while the service did not answer; each was a question, and was taken back. */
  readonly storedTwice: number
}

type TeamVictim = 'first' | 'second' | 'service' | 'postgres'

const TEMPLATE = { code: 'UVDTF 16oz', namePattern: 'UV {number} {template}_{number}' }
const SHARE = 0.7
/** Designs of each that nobody else has, before anything is killed. */
const CALM = 25
/** Somebody's file has it, with an extension that Galley gives none. */
const FOREIGN = 2 * CALM + 7
/** So slow that the kills fall into the work. */
const BYTES_PER_SECOND = 50_000
const LONGEST_PAUSE_MS = 2_500
const REST_WITHIN_MS = 600_000
/** What is free a moment after nothing moves any more. */
const GIVEN_BACK_WITHIN_MS = 60_000

/** Two workstations of one shop drop designs that overlap, and are killed at seeded moments, as are the service and its
 *  database server; one is frozen for longer than its claims last. Then each design is one file on the NAS and one record,
 *  or a question where the service did not answer; numbers are those that are said, and both catalogs know the same designs. */
export async function soakTeam(options: TeamSoakOptions): Promise<TeamSoakResult> {
  const { designs, kills, frozenMs, seed, program, tell, postgres } = options
  const home = await mkdtemp(join(tmpdir(), 'galley-team-'))
  const violations: string[] = []
  const tally: Record<TeamVictim, number> = { first: 0, second: 0, service: 0, postgres: 0 }
  const ends: Record<string, number> = {}
  let storedTwice = 0
  const onViolation = (line: string): void => {
    violations.push(line)
    tell(line)
  }
  try {
    await run()
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 })
  }
  return { violations, kills: tally, ends, storedTwice }

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
    const client = createRecordClient({ url: backend.url, token })
    const station = { home, program, nas, backendUrl: backend.url, token, bytesPerSecond: BYTES_PER_SECOND }
    await using first = await openStation({ ...station, name: 'first', onCrash: onViolation })
    await using second = await openStation({ ...station, name: 'second', onCrash: onViolation })
    const stations = [first, second]

    const drawn = await drawAll(designs + 2 * CALM, seed)
    const bytes = drawn.slice(0, designs)
    const calm = stations.map((_, at) => drawn.slice(designs + at * CALM, designs + (at + 1) * CALM))
    await dropCalmly()
    await placeForeign()

    const share = Math.round(designs * SHARE)
    await Promise.all([first.drop(bytes.slice(0, share)), second.drop(bytes.slice(-share))])
    bytes.push(...calm.flat())

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
    await judgeNumbers()
    await settleTwice()
    await compare()

    /** Nothing is killed and nothing overlaps: each drop has its numbers in its order, as long as the service answers. */
    async function dropCalmly(): Promise<void> {
      const batches = await Promise.all(stations.map((one, at) => one.drop(calm[at] ?? [])))
      await rested()
      const isAnswered = !(await Promise.all(stations.map((one) => one.wasUnanswered()))).includes(true)
      for (const [at, one] of stations.entries()) {
        const numbers = one.numbersOf(batches[at] ?? '')
        if (numbers.length !== CALM) onViolation(`${numbers.length} of ${CALM} were stored by the ${one.name}`)
        if (isAnswered) for (const line of judgeOrder(numbers, `the ${one.name}`)) onViolation(line)
      }
      if (!isAnswered) tell('the service did not answer before anything was killed: orders were not looked at')
    }

    /** While both are closed somebody puts a file of a number that is given soon into the folder. */
    async function placeForeign(): Promise<void> {
      await first.engine.restart(() =>
        second.engine.restart(() => writeFile(join(folder, nameOf(FOREIGN).replace(/png$/, 'psd')), 'theirs')),
      )
    }

    /** The last to be stored are told to the other by its next look at the service. */
    async function heard(): Promise<void> {
      for (const one of stations) {
        await one.engine.restart()
        await one.drop(bytes.slice(0, 1))
      }
      await rested()
    }

    /** Numbers that were freed because the other workstation had stored a design are free to all, and go to the next drop of
     *  any, in its order. */
    async function fillGaps(): Promise<void> {
      const used = new Set((await recordsOf(client)).map(({ number }) => number))
      const gaps = lowestFree(used.add(FOREIGN), used.size).filter((number) => number < Math.max(...used))
      const expected = lowestFree(used, gaps.length + 2)
      let free: number[] = []
      for (const until = performance.now() + GIVEN_BACK_WITHIN_MS; performance.now() < until; await pause(500)) {
        free = await freeNumbers(expected.length)
        if (String(free) === String(expected)) break
      }
      if (String(free) !== String(expected)) onViolation(`at rest ${free} are free, not ${expected}`)
      const fresh = await drawAll(expected.length, seed + 1)
      bytes.push(...fresh)
      const batchId = await second.drop(fresh)
      await rested()
      const filled = second.numbersOf(batchId)
      if (String(filled) !== String(expected)) onViolation(`the next drop has the numbers ${filled}, not ${expected}`)
      await heard()
    }

    async function killOne(victim: TeamVictim): Promise<void> {
      if (victim === 'postgres') {
        await postgres?.crash()
        tally.postgres += 1
        return
      }
      const one = stations.find(({ name }) => name === victim)
      const [pid] = one === undefined ? [backend.pid] : await one.engine.pids('engine')
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

    async function judgeNumbers(): Promise<void> {
      const [records, ended] = [await recordsOf(client), await endsOf(stations)]
      const numberOf = takenNumberReader(TEMPLATE)
      const files = await readdir(folder)
      for (const line of judgeFiles(files, numberOf, records, ended)) onViolation(line)
      const used = new Set(records.map(({ number }) => number)).add(FOREIGN)
      const [gap = 0] = lowestFree(used, 1)
      if (gap <= used.size) onViolation(`numbers with gaps: ${[...used].toSorted((a, b) => a - b).join(' ')}`)
    }

    /** What the service could not prevent is asked about, and taken back. */
    async function settleTwice(): Promise<void> {
      const ended = await endsOf(stations)
      for (const line of judgeTwice(await recordsOf(client), ended)) onViolation(line)
      for (const [at, one] of stations.entries()) {
        const itemIds = (ended[at]?.questions ?? []).map(({ itemId }) => itemId)
        if (itemIds.length === 0) continue
        storedTwice += itemIds.length
        const refused = expectOk(await one.engine.peer.call('settleTwins', { itemIds, kept: 'theirs' }))
        for (const { failure } of refused) onViolation(`a design was not taken back: ${failure.code}`)
      }
      if (storedTwice === 0) return
      tell(
        `${storedTwice} designs were stored by both while the service did not answer, and one of each was taken back`,
      )
      await rested()
      await heard()
    }

    async function compare(): Promise<void> {
      const isDesign = (path: string): boolean =>
        !basename(path).startsWith('.galley-removed-') && !path.endsWith('.psd')
      const stored = [...(await digestAll(folder))].filter(([path]) => isDesign(path))
      const records = await recordsOf(client)
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
      if (first.knownDesigns() !== second.knownDesigns()) onViolation('the two catalogs do not know the same designs')
      for (const { stage } of stations.flatMap(({ catalog }) => catalog.items())) ends[stage] = (ends[stage] ?? 0) + 1
      const odd = Object.keys(ends).filter((stage) => stage !== 'done' && stage !== 'skipped')
      if (odd.length > 0) onViolation(`items ended as ${odd.join(', ')}`)
    }

    /** The lowest numbers that a third workstation would get; it gives them back. */
    async function freeNumbers(count: number): Promise<number[]> {
      const asking = { holder: randomUUID(), template: TEMPLATE.code, held: [], taken: [], looked: [] }
      const ask = async (turn: number, wanted: number) =>
        expectOk(await client.leaseNumbers({ ...asking, turn, wanted }, AbortSignal.timeout(30_000)))
      const { turn, numbers } = await ask(0, count + 1)
      await ask(turn, 0)
      // Somebody's file has one, of which the service may not have been told.
      return numbersOf(numbers)
        .filter((number) => number !== FOREIGN)
        .slice(0, count)
    }
  }
}

function endsOf(stations: readonly Station[]) {
  return Promise.all(stations.map((one) => one.end()))
}

/** Every third one as WebP, so that not all names have one extension. */
async function drawAll(count: number, seed: number): Promise<Buffer[]> {
  const drawn: Buffer[] = []
  for (let n = 0; n < count; n += 1) {
    const png = await drawDesign(seed * 100_000 + n, { width: 200, height: 240 })
    drawn.push(n % 3 === 2 ? await sharp(png).webp({ lossless: true }).toBuffer() : png)
  }
  return drawn
}

async function recordsOf(client: ReturnType<typeof createRecordClient>): Promise<FeedEntry[]> {
  const found: FeedEntry[] = []
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
