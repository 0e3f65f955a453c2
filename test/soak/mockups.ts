import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import sharp from 'sharp'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import type { MockupJob } from '../../src/shared/api/mockup-jobs.ts'
import type { DesignRecord } from '../../src/shared/api/records.ts'
import { startBackendOn } from '../support/backend.ts'
import { openMockupShop } from '../support/mockup-shop.ts'
import { layDesign, mockupsBeside, setUpNas, startWorkerProcess } from '../support/mockup-worker.ts'
import type { OwnPostgres } from '../support/postgres.ts'
import { startSshd } from '../support/sshd.ts'

const WORKERS = 2
const MOCKUPS = ['front', 'side']
const LONGEST_PAUSE_MS = 1_500
const RESTART_AFTER_MS = 300
const DONE_WITHIN_MS = 10 * 60_000
const TRIES = 100

export interface MockupSoakPlan {
  readonly designs: number
  /** Of workers, and of the PostgreSQL server without a checkpoint. */
  readonly kills: number
  readonly crashes: number
  readonly seed: number
  readonly postgres: OwnPostgres
  tell(violation: string): void
}

export interface MockupSoakReport {
  readonly violations: readonly string[]
  readonly files: number
  /** Jobs that had to be retried by a person, after a kill at each of their tries. */
  readonly retried: number
}

/** Workers and their PostgreSQL server killed while designs are recorded: at the end each design has each mockup once, whole, in
 *  a file and in a row, and nothing else lies beside it. */
export async function soakMockups(plan: MockupSoakPlan): Promise<MockupSoakReport> {
  const { designs, kills, crashes, seed, postgres, tell } = plan
  const random = mulberry32(seed)
  const url = await postgres.createDatabase()
  await using sshd = await startSshd()
  await using service = await startBackendOn({ kind: 'postgres', url })
  const shop = await openMockupShop(service)
  const templateId = await shop.addTemplate('Cup')
  for (const name of MOCKUPS) await shop.putMockup(templateId, name)
  const root = await mkdtemp(join(sshd.root, 'root-'))
  const secrets = await setUpNas(service, shop, sshd, root)
  const workers = Array.from({ length: WORKERS }, () => keepWorker(url, secrets))
  try {
    const moments = shuffled([...Array(kills).fill('worker'), ...Array(crashes).fill('postgres')], random)
    const records: DesignRecord[] = []
    const share = Math.ceil(designs / (moments.length + 1))
    for (const victim of [...moments, null]) {
      const chunk: DesignRecord[] = []
      while (chunk.length < share && records.length + chunk.length < designs)
        chunk.push(await layDesign(root, 'Cup', records.length + chunk.length + 1))
      for (let at = 0; at < chunk.length; at += 20) await send(chunk.slice(at, at + 20))
      records.push(...chunk)
      if (victim === null) break
      await pause(random() * LONGEST_PAUSE_MS)
      if (victim === 'worker') workers[Math.floor(random() * WORKERS)]?.kill()
      else await postgres.crash()
    }
    const retried = await rested(records)
    const violations = await compare(records)
    for (const violation of violations) tell(violation)
    return { violations, files: (await mockupsBesideAll(records)).size, retried }
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()))
  }

  /** Until it is stored: with one key, and so once. */
  async function send(records: readonly DesignRecord[]): Promise<void> {
    const key = randomUUID()
    for (let n = 0; n < TRIES; n++) {
      const sent = await shop.client.sendBatch(key, records, AbortSignal.timeout(30_000))
      if (sent.ok) return
      await pause(RESTART_AFTER_MS)
    }
    throw new Error('the service did not come back')
  }

  /** Waits until every job is over; those that a kill met at each try are retried, as a person would. */
  async function rested(records: readonly DesignRecord[]): Promise<number> {
    const until = performance.now() + DONE_WITHIN_MS
    let retried = 0
    const open = new Set(records.map(({ id }) => id))
    while (open.size > 0) {
      if (performance.now() > until) throw new Error(`${open.size} jobs did not end`)
      for (const id of open) {
        const { state } = (await shop.job(id)) as MockupJob
        if (state === 'done') open.delete(id)
        if (state !== 'failed') continue
        retried += 1
        await shop.ask('mockup-jobs:retry', { id })
      }
      await pause(RESTART_AFTER_MS)
    }
    return retried
  }

  async function compare(records: readonly DesignRecord[]): Promise<string[]> {
    const files = await mockupsBesideAll(records)
    const db = new pg.Client({ connectionString: url })
    await db.connect()
    const { rows } = await db.query<{ file_name: string; sha256: string }>('select file_name, sha256 from mockup_files')
    await db.end()
    const told = new Map(rows.map(({ file_name, sha256 }) => [file_name, sha256]))
    const wanted = records.flatMap(({ fileName }) =>
      MOCKUPS.map((name) => `${fileName.replace('.png', '')}_${name}.jpg`),
    )
    const violations = [
      ...wanted.filter((name) => !files.has(name)).map((name) => `lost: ${name}`),
      ...[...files.keys()].filter((name) => !wanted.includes(name)).map((name) => `too much: ${name}`),
      ...wanted.filter((name) => told.get(name) !== files.get(name)).map((name) => `row of ${name} tells otherwise`),
      ...(rows.length === wanted.length ? [] : [`${rows.length} rows of ${wanted.length}`]),
    ]
    const [record] = records
    const folder = join(dirname(record?.remotePath ?? ''), 'mockups')
    for (const name of files.keys()) {
      const whole = await sharp(join(folder, name), { failOn: 'truncated' })
        .raw()
        .toBuffer()
        .catch(() => null)
      if (whole === null) violations.push(`not whole: ${name}`)
    }
    return violations
  }
}

/** All lie in one folder. */
async function mockupsBesideAll([record]: readonly DesignRecord[]): Promise<Map<string, string>> {
  return record === undefined ? new Map() : mockupsBeside(record)
}

/** A worker that is started anew whenever it ended, as a supervisor does. */
function keepWorker(url: string, secrets: string) {
  let isOver = false
  const start = () => {
    const worker = startWorkerProcess(url, secrets)
    void worker.ended.then(async () => {
      if (isOver) return
      await pause(RESTART_AFTER_MS)
      if (!isOver) running = start()
    })
    return worker
  }
  let running = start()
  return {
    kill: () => running.kill(),
    async stop() {
      isOver = true
      running.kill()
      await running.ended
    },
  }
}

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}
