import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { createRecordClient } from '../../src/engine/records/client.ts'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import type { Result } from '../../src/shared/domain/result.ts'
import { digest, digestAll } from '../support/differences.ts'
import { addShop, expectOk } from '../support/engine.ts'
import { entryIn } from '../support/entries.ts'
import { keepBackend } from './backend-process.ts'
import { createColleague } from './colleague.ts'
import { createWaves, type Wave } from './designs.ts'
import { type KeptEngine, keepEngine } from './engine-process.ts'
import { findFaults, findSecrets, findViolations } from './find-violations.ts'
import { strike } from './killer.ts'
import { ageLeftParts, keepNoParts } from './left-parts.ts'
import type { PlannedKill, Victim } from './plan.ts'
import { type CatalogReader, readCatalog } from './read-catalog.ts'
import type { SoakBasis, SoakResult } from './report.ts'
import { FOLDER, FOREIGN_NUMBER, makeRecords, nameOf, placeForeignFiles } from './shop.ts'
import { localPath, type NasKind, startSoakNas } from './soak-nas.ts'
import { watchEnds } from './watch-ends.ts'
import { watchNas } from './watch-nas.ts'
import { watchRecords } from './watch-records.ts'

export interface SoakOptions extends SoakBasis {
  readonly plan: readonly PlannedKill[]
  readonly nasKind: NasKind
  /** Ends with the first violation. */
  readonly untilFirst: boolean
}

export interface SoakReport extends SoakResult<Victim> {
  readonly freezes: number
  /** Files dropped, and different ones among them. */
  readonly files: number
  readonly designs: number
  /** Names that others had when Galley came to them. */
  readonly foreignNames: number
}

/** A new wave is dropped when less than this is under way. */
const BUSY_ITEMS = 24
const REST_WITHIN_MS = 180_000
const LOOK_EVERY_MS = 50
const KILLS_PER_FOREIGN_FILE = 4
/** Drops that may be needed until no number is left out. */
const MAX_FILLS = 6

/** Uploads designs to a real NAS and a real backend while their processes are killed or frozen, and checks the invariants that can
 *  be seen from outside, all the time and at the end. Power cuts (I6) are not made here. */
export async function soak({ plan, nasKind, seed, program, untilFirst, tell }: SoakOptions): Promise<SoakReport> {
  const violations = new Set<string>()
  const enough = new AbortController()
  const onViolation = (line: string): void => {
    if (!violations.has(line)) tell(line)
    violations.add(line)
    if (untilFirst) enough.abort()
  }
  const tally: Record<Victim, number> = { engine: 0, imaging: 0, transfer: 0, session: 0, backend: 0 }
  let freezes = 0
  let foreignNames = 0
  const ends: Record<string, number> = {}
  const digests = new Map<string, string>()
  const home = await mkdtemp(join(tmpdir(), 'galley-soak-'))
  try {
    await run()
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 })
  }
  return {
    violations: [...violations],
    kills: tally,
    freezes,
    files: digests.size,
    designs: new Set(digests.values()).size,
    foreignNames,
    ends,
  }

  async function run(): Promise<void> {
    const [dataDir, recordDir, drops] = [join(home, 'data'), join(home, 'records'), join(home, 'drops')]
    await mkdir(drops)
    const token = await makeRecords(recordDir)
    await using nas = await startSoakNas(nasKind)
    const { password } = nas
    await using backend = await keepBackend({
      entry: entryIn(program, 'backend/main'),
      dataDir: recordDir,
      onCrash: onViolation,
    })
    await using engine = keepEngine({
      entry: entryIn(program, 'worker/engine'),
      dataDir,
      secrets: { 'backend-token': token, ...(password === undefined ? {} : { 'nas-password': password }) },
      onCrash: onViolation,
    })
    const shop = await addShop(engine, { sshd: { ...nas, ...nas.nas }, backendUrl: backend.url })
    const folder = join(nas.root, FOLDER)
    const foreign = await placeForeignFiles(folder)
    using catalog = readCatalog(dataDir)
    const isKnown = (sha256: string): boolean =>
      [digests, foreign].some((known) => [...known.values()].includes(sha256))
    const mayBeEmpty = (path: string): boolean => nas.naming === 'claims' || foreign.has(path)
    await using nasWatch = watchNas({ folder, isKnown, mayBeEmpty, onViolation })
    const colleague = createColleague({ server: nas, folder: FOLDER, nameOf, seed, foreign })
    const here = (remotePath: string): string => localPath(nas, remotePath)
    const client = createRecordClient({ url: backend.url, token })
    await using recordWatch = watchRecords({ client, catalog, localPath: here, onViolation })
    await using _ends = watchEnds({ catalog, onViolation })

    const scene = { engine, backend, nas, nasWatch, catalog, signal: enough.signal }
    const accepted = new Map<string, readonly string[]>()
    const cancelled = new Set<string>()
    const acts: Promise<void>[] = []
    const wakings: number[] = []
    const waves = createWaves(drops, seed)
    const striking = new AbortController()
    const dropping = dropWaves()
    for (const [index, kill] of plan.entries()) {
      if (enough.signal.aborted) break
      const { victim, frozen } = await strike(scene, kill)
      tally[victim] += 1
      if (frozen.count > 0) freezes += 1
      acts.push(frozen.woken.then(() => void wakings.push(Date.now())))
      if (kill.afterwards?.act === 'cancel') acts.push(cancelLast(kill.afterwards.afterMs))
      if (kill.afterwards?.act === 'pause') acts.push(pauseFor(kill.afterwards.afterMs))
      if (index % KILLS_PER_FOREIGN_FILE === 0) await colleague.takeNumber()
      if ((index + 1) % 50 === 0) tell(`${index + 1} kills, ${digests.size} files`)
    }
    striking.abort()
    await dropping
    await Promise.all(acts)
    if (enough.signal.aborted) return

    // A person quits and starts again a day later: what was held for a long time is tried at once, and with the first
    // file that is stored, what sessions made that woke after the sweep is looked for.
    await engine.restart(async () => {
      await nas.restart()
      keepNoParts(dataDir)
      const known = { all: catalog.items().map(({ id }) => id), swept: catalog.sweptIds(), foreign }
      for (const line of await ageLeftParts(folder, known, wakings)) onViolation(line)
    })
    await drop(await waves.next())
    let isAtRest = await rests()
    // What a cancel or a failure freed goes to the next drop: then there is no gap.
    let fills = 0
    do {
      await drop(await waves.next())
      isAtRest = await rests()
      fills += 1
    } while (isAtRest && catalog.missingNumbers() > 0 && fills < MAX_FILLS)
    if (enough.signal.aborted) return
    const calmBatch = [...accepted.keys()].at(-1) ?? ''
    const batchIds = [...new Set(catalog.items().map(({ batchId }) => batchId))]
    expectOk(await engine.peer.call('untilRest', { batchIds }))
    const items = catalog.items()
    for (const { stage } of items) ends[stage] = (ends[stage] ?? 0) + 1
    const records = await recordWatch.stop()
    const receipts = await receiptsOf(engine, batchIds)
    const interruptions = tally.engine + tally.transfer + tally.session + freezes
    await nasWatch.stop()
    const stored = await digestAll(nas.root)
    const unclaimed = nas.naming === 'claims' ? numbersOfEmpty(stored) : []
    for (const number of unclaimed) foreign.set(join(folder, nameOf(number)), digest(Buffer.alloc(0)))
    const rested = { accepted, cancelled, digests, items, stored, foreign, interruptions, calmBatch }
    const last = Math.max(...records.map(({ number }) => number))
    // Those behind the last were taken of numbers that nobody has come to.
    const foreignNumbers = [FOREIGN_NUMBER, ...colleague.numbers, ...unclaimed].filter((number) => number < last)
    foreignNames = foreignNumbers.length
    const told = {
      records: records.map((record) => ({ ...record, remotePath: here(record.remotePath) })),
      receipts: new Map([...receipts].map(([batchId, lines]) => [batchId, lines.map((line) => seenHere(line, here))])),
    }
    for (const line of findViolations({ ...rested, ...told, foreignNumbers })) onViolation(line)

    const secrets = password === undefined ? [token] : [token, password]
    for (const line of await findSecrets([dataDir], secrets)) onViolation(line)
    for (const line of await findFaults(join(dataDir, 'logs'))) onViolation(line)
    const said = `${backend.output()}${JSON.stringify([...receipts.values()])}`
    if (secrets.some((secret) => said.includes(secret))) onViolation('I9 a secret stands in a receipt or a log')

    const before = { items: catalog.items(), files: await listing(folder), receipts }
    await engine.restart()
    expectOk(await engine.peer.call('untilRest', {}))
    const after = {
      items: catalog.items(),
      files: await listing(folder),
      receipts: await receiptsOf(engine, batchIds),
    }
    if (!isDeepStrictEqual(before, after)) onViolation('I10 starting again changed something')

    async function rests(): Promise<boolean> {
      const isAtRest = await comesToRest(catalog, enough.signal)
      if (!isAtRest) onViolation(`I1 not at rest after ${REST_WITHIN_MS / 1000} s: ${catalog.underWay().join(', ')}`)
      return isAtRest
    }

    async function dropWaves(): Promise<void> {
      while (!striking.signal.aborted) {
        if (catalog.underWayCount() >= BUSY_ITEMS) await pause(LOOK_EVERY_MS)
        else await drop(await waves.next())
      }
    }

    async function drop(wave: Wave): Promise<void> {
      for (const [path, sha256] of wave.digests) digests.set(path, sha256)
      const policy = { onDuplicate: 'skip', onSimilar: 'keep' } as const
      for (;;) {
        const answer = await engine.peer.call('acceptPaths', { ...shop, paths: [wave.folder], policy })
        if (answer.ok) return void accepted.set(answer.value.batchId, [...wave.digests.keys()])
        // Killed before it could answer: whether the drop was taken is not known, so it is dropped again.
        if (answer.failure.code !== 'worker-gone') return onViolation(`I1 a drop was refused: ${answer.failure.code}`)
      }
    }

    async function cancelLast(afterMs: number): Promise<void> {
      await pause(afterMs)
      const batchId = [...accepted.keys()].at(-1)
      if (batchId === undefined) return
      cancelled.add(batchId)
      await asked(() => engine.peer.call('cancel', { batchId }))
    }

    async function pauseFor(ms: number): Promise<void> {
      await asked(() => engine.peer.call('pause', { batchId: null }))
      await pause(ms)
      await asked(() => engine.peer.call('resume', { batchId: null }))
    }
  }
}

/** Numbers whose claim was cut before its answer: it may be a colleague's, and stays. */
function numbersOfEmpty(stored: ReadonlyMap<string, string>): number[] {
  const empty = digest(Buffer.alloc(0))
  const names = new Set([...stored].filter(([, sha256]) => sha256 === empty).map(([path]) => basename(path)))
  return Array.from({ length: stored.size }, (_, index) => index + 1).filter((number) => names.has(nameOf(number)))
}

/** Asks as often as the engine is killed before it can answer. */
async function asked(ask: () => Promise<Result<unknown>>): Promise<void> {
  for (let answer = await ask(); !answer.ok; answer = await ask()) {
    if (answer.failure.code !== 'worker-gone') throw new Error(describeFailure(answer.failure))
  }
}

async function comesToRest(catalog: CatalogReader, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + REST_WITHIN_MS
  while (performance.now() < until && !signal.aborted) {
    if (catalog.openBatches() === 0 && catalog.outboxCount() === 0) return true
    await pause(LOOK_EVERY_MS)
  }
  return false
}

async function receiptsOf(
  engine: KeptEngine,
  batchIds: readonly string[],
): Promise<Map<string, readonly ReceiptLine[]>> {
  const receipts = new Map<string, readonly ReceiptLine[]>()
  for (const batchId of batchIds) receipts.set(batchId, expectOk(await engine.peer.call('receipt', { batchId })))
  return receipts
}

function seenHere(line: ReceiptLine, here: (remotePath: string) => string): ReceiptLine {
  return line.remotePath === null ? line : { ...line, remotePath: here(line.remotePath) }
}

/** Names, sizes, times and inodes of a folder's files. */
async function listing(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).sort()
  return Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs, ino } = await stat(join(folder, name))
      return `${name} ${size} ${mtimeMs} ${ino}`
    }),
  )
}
