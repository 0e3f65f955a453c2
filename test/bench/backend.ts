import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { placeEmptyDatabase } from '../support/empty-database.ts'
import { addShop, expectOk, startEngine } from '../support/engine.ts'
import { manyDesigns, runOn } from '../support/many-designs.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'
import { bareInsertsMs } from './floor-catalog.ts'
import { timed } from './measure.ts'
import { type Bench, type BenchContext, judged, reported } from './row.ts'
import { type BenchService, startService } from './service.ts'

const BENCH = 'backend'
const SMALL = 100_000
const LARGE = 1_000_000
/** Designs of one statement: a million at once would be gigabytes in the memory of an embedded database. */
const AT_ONCE = 20_000
const POSTING = { chunks: 500, parallel: 50, records: 20 }
const PAGES = 300
/** After the last post. */
const HEARD_WITHIN_MS = 10_000
const HEARING = { streams: 100, posts: 50 }

/** The record service and a library: read into an empty workstation, beside the same bytes put into the same tables by bare
 *  SQLite; and the service while it is written to, beside a bare COPY. */
export const run: Bench = async (context) => {
  if (context.wants(`library pglite ${SMALL}`)) await embeddedLibrary(context)
  const sizes = [SMALL, LARGE].filter((count) => context.names(`library postgresql ${count}`))
  const posts = context.wants('posts')
  const events = context.wants('events')
  if (sizes.length === 0 && !posts && !events) return
  const postgres = await startPostgres()
  if (typeof postgres === 'string') throw new Error(postgres)
  try {
    for (const count of sizes) await serverLibrary(context, count, await postgres.createDatabase())
    if (posts) await postChunks(context, await postgres.createDatabase())
    if (events) await hearEvents(context, await postgres.createDatabase())
  } finally {
    await postgres[Symbol.asyncDispose]()
  }
}

const batches = (count: number): string[] =>
  Array.from({ length: Math.ceil(count / AT_ONCE) }, (_, at) =>
    manyDesigns('bench', Math.min(AT_ONCE, count - at * AT_ONCE)),
  )

async function embeddedLibrary(context: BenchContext): Promise<void> {
  const folder = await mkdtemp(join(context.scratch, 'embedded-'))
  await placeEmptyDatabase(folder)
  // Makes the tables and the shop.
  await (await startService({ folder }))[Symbol.asyncDispose]()
  const database = await PGlite.create(join(folder, 'pgdata'))
  for (const statement of batches(SMALL)) await database.exec(statement)
  await database.close()
  await using service = await startService({ folder })
  await readLibrary(context, service, `library pglite ${SMALL}`, SMALL)
}

async function serverLibrary(context: BenchContext, count: number, url: string): Promise<void> {
  const name = `library postgresql ${count}`
  await using service = await startService({ url })
  const filledMs = await timed(() => runOn(url, ...batches(count), 'vacuum analyze designs'))
  context.note(`${count} designs made in ${(filledMs / 1000).toFixed(0)} s`)
  await readLibrary(context, service, name, count)
  await readPages(context, service, name, count)
}

async function readLibrary(context: BenchContext, service: BenchService, name: string, count: number): Promise<void> {
  const folder = await mkdtemp(join(context.scratch, 'workstation-'))
  const empty = join(folder, 'empty')
  await mkdir(empty)
  const engine = startEngine(folder, { 'backend-token': service.token })
  await service.loopDelay()
  const ms = await timed(async () => {
    const nas = { host: '127.0.0.1', port: 9, user: 'bench', root: '/bench', auth: 'password' } as const
    const sshd = { host: nas.host, port: nas.port, nas, hostKeyFingerprint: '' }
    await addShop(engine, { sshd, backendUrl: service.url, isTrusted: false })
    for (let designs = 0; designs < count; ) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      const { libraries } = expectOk(await engine.peer.call('status', null))
      // To count a million takes the engine a while.
      if (libraries.length === 0) designs = expectOk(await engine.peer.call('listShops', null))[0]?.designCount ?? 0
    }
  })
  const { p99Ms } = await service.loopDelay()
  const vitals = expectOk(await engine.peer.call('activity', null)).engine
  await engine[Symbol.asyncDispose]()
  const floorMs = await bareInsertsMs(folder, empty)
  await rm(folder, { recursive: true })
  const row = { bench: BENCH, case: name }
  context.report(judged({ ...row, metric: 'read', value: ms / 1000, unit: 's' }, '<= 120'))
  context.report(reported({ ...row, metric: 'bare inserts', value: floorMs / 1000, unit: 's' }))
  const beside = { metric: 'read beside bare inserts', value: ms / floorMs, unit: 'x', baseline: 'SQLite' }
  context.report(judged({ ...row, ...beside }, '<= 3'))
  context.report(judged({ ...row, metric: 'event loop of the service, p99', value: p99Ms, unit: 'ms' }, '< 50'))
  context.report(
    reported({ ...row, metric: 'event loop of the engine, p99', value: vitals.loopDelayP99Ms, unit: 'ms' }),
  )
}

/** Pages from anywhere in the feed. */
async function readPages(context: BenchContext, service: BenchService, name: string, count: number): Promise<void> {
  const client = createRecordClient({ url: service.url, token: service.token })
  const times: number[] = []
  for (let n = 0; n < PAGES; n++) {
    const after = Math.floor((count * ((n * 7919) % PAGES)) / PAGES)
    times.push(await timed(async () => expectOk(await client.hashFeed(after, 500, AbortSignal.timeout(30_000)))))
  }
  context.report(reported({ bench: BENCH, case: name, metric: 'page of 500, p99', value: p99(times), unit: 'ms' }))
}

/** Chunks by the API, fifty at a time, while its health is asked for; beside the same rows copied bare. */
async function postChunks(context: BenchContext, url: string): Promise<void> {
  await using service = await startService({ url })
  const { chunks, parallel, records } = POSTING
  const client = createRecordClient({ url: service.url, token: service.token })
  const sent = Array.from({ length: chunks }, (_, chunk) =>
    Array.from({ length: records }, (_, n) => sampleRecord(1 + chunk * records + n)),
  )
  await service.loopDelay()
  const left = [...sent]
  const health: number[] = []
  let isPosting = true
  const ms = await timed(async () => {
    const posting = Array.from({ length: parallel }, async () => {
      for (let chunk = left.pop(); chunk !== undefined; chunk = left.pop())
        expectOk(await client.sendBatch(randomUUID(), chunk, AbortSignal.timeout(60_000)))
    })
    const asking = (async () => {
      while (isPosting) health.push(await timed(async () => void (await (await fetch(`${service.url}/health`)).text())))
    })()
    await Promise.all(posting)
    isPosting = false
    await asking
  })
  const { p99Ms } = await service.loopDelay()
  const count = chunks * records
  const copyMs = await bareCopyMs(url)
  const row = { bench: BENCH, case: 'posts' }
  context.report(reported({ ...row, metric: 'by the API', value: count / (ms / 1000), unit: 'designs/s' }))
  context.report(reported({ ...row, metric: 'bare copy', value: count / (copyMs / 1000), unit: 'designs/s' }))
  context.report(reported({ ...row, metric: 'health under 50 posts, p99', value: p99(health), unit: 'ms' }))
  context.report(judged({ ...row, metric: 'event loop of the service, p99', value: p99Ms, unit: 'ms' }, '< 50'))
}

/** Streams that are open while another workstation posts one chunk after the other: what each of them heard, and when. */
async function hearEvents(context: BenchContext, url: string): Promise<void> {
  await using service = await startService({ url })
  const { streams, posts } = HEARING
  const ending = new AbortController()
  const heard = new Set<string>()
  const sentAt = new Map<number, number>()
  const delays: number[] = []
  const all = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  let opened = 0
  const hear = (stream: number, rev: number): void => {
    const at = sentAt.get(rev)
    // The first word of each stream tells where the shop is.
    if (at === undefined) {
      opened += 1
      if (opened === streams) open.resolve()
      return
    }
    heard.add(`${stream} ${rev}`)
    delays.push(performance.now() - at)
    if (heard.size === streams * posts) all.resolve()
  }
  const listening = Array.from({ length: streams }, (_, stream) =>
    createRecordClient({ url: service.url, token: service.otherToken }).news(
      null,
      (rev) => hear(stream, rev),
      ending.signal,
    ),
  )
  await open.promise
  const client = createRecordClient({ url: service.url, token: service.token })
  for (let post = 1; post <= posts; post++) {
    sentAt.set(post, performance.now())
    expectOk(await client.sendBatch(randomUUID(), [sampleRecord(post)], AbortSignal.timeout(60_000)))
  }
  await Promise.race([all.promise, new Promise((resolve) => setTimeout(resolve, HEARD_WITHIN_MS))])
  ending.abort()
  await Promise.all(listening)
  const row = { bench: BENCH, case: 'events' }
  const metric = `heard by ${streams} streams of ${posts} posts`
  context.report(judged({ ...row, metric, value: heard.size, unit: 'events' }, `>= ${streams * posts}`))
  context.report(judged({ ...row, metric: 'post to event, p99', value: p99(delays), unit: 'ms' }, '< 1000'))
}

/** The rows of the table into another one with the same columns and indexes, by COPY through a file of the server's. */
async function bareCopyMs(url: string): Promise<number> {
  const columns = '(shop_id, id, rev, record)'
  const file = `/tmp/galley-bench-${randomUUID()}`
  await runOn(url, `copy designs ${columns} to '${file}'`, 'create table copied (like designs including all)')
  const ms = await timed(() => runOn(url, `copy copied ${columns} from '${file}'`))
  // The file is the server's user's.
  await runOn(url, `copy (select 1) to program 'rm ${file}'`)
  return ms
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN
}
