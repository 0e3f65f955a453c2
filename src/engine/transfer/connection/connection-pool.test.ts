import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import { ALONE } from './capacity.ts'
import type { Channel } from './channels.ts'
import type { Connection } from './connection.ts'
import { type ConnectionPool, createConnectionPool } from './connection-pool.ts'

const SMALL = 1000
const LARGE = 5_000_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A pool over connections that answer nothing; each opening waits to be answered. */
function setUp(maxConnections: number) {
  let now = 0
  const openings: ((result: Result<Connection>) => void)[] = []
  const pool = createConnectionPool({
    maxConnections,
    idleMs: 1000,
    now: () => now,
    open: () => new Promise((resolve) => openings.push(resolve)),
  })
  const connections: { readonly connection: Connection; files: number; most: number }[] = []
  return {
    pool,
    openings,
    connections,
    /** Answers the latest opening with a connection. */
    accept: async () => {
      const entry = { connection: fakeConnection(), files: 0, most: 0 }
      connections.push(entry)
      openings.at(-1)?.(ok(entry.connection))
      await settle()
      return entry
    },
    refuse: async (reason: Failure) => {
      openings.at(-1)?.(fail(reason))
      await settle()
    },
    later: (ms: number) => {
      now += ms
    },
    /** Starts work that lasts until it is finished by hand or its connection closes. */
    start: (sizeBytes: number | typeof ALONE, signal: AbortSignal = new AbortController().signal) =>
      startWork(pool, sizeBytes, signal, connections),
  }
}

function fakeConnection(): Connection {
  let isOpen = true
  const { promise: closed, resolve } = Promise.withResolvers<Failure>()
  const part = {
    hostKey: 'SHA256:key',
    use: (_weight: number, work: (channel: Channel) => Promise<unknown>) => work(connection),
    get isOpen() {
      return isOpen
    },
    closed,
    destroy: (reason: Failure) => {
      isOpen = false
      resolve(reason)
    },
  }
  // The pool looks at nothing else of a connection.
  const connection = part as unknown as Connection
  return connection
}

function startWork(
  pool: ConnectionPool,
  sizeBytes: number | typeof ALONE,
  signal: AbortSignal,
  connections: readonly { readonly connection: Connection; files: number; most: number }[],
) {
  const { promise: finished, resolve: finish } = Promise.withResolvers<Result<string>>()
  const result = pool.run(sizeBytes, signal, async (channel) => {
    const entry = connections.find((known) => known.connection === channel)
    if (entry === undefined) throw new Error('not a channel of these connections')
    entry.most = Math.max(entry.most, ++entry.files)
    const outcome = await Promise.race([finished, entry.connection.closed.then(fail)])
    entry.files--
    return outcome
  })
  return { result, finish: () => finish(ok('stored')) }
}

const settle = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

test('connections are opened one after another, and no more than allowed', async () => {
  const { start, openings, accept, connections } = setUp(3)
  for (let n = 0; n < 100; n++) start(SMALL)
  expect(openings).toHaveLength(1)
  await accept()
  expect(openings).toHaveLength(2)
  await accept()
  expect(openings).toHaveLength(3)
  await accept()
  expect(openings).toHaveLength(3)
  expect(connections.map(({ files }) => files)).toEqual([16, 16, 16])
})

test('a single file opens a single connection', async () => {
  const { start, openings, accept } = setUp(3)
  start(LARGE)
  await accept()
  expect(openings).toHaveLength(1)
})

test('a connection carries 4 large files or 16 small ones, and takes the next when one ends', async () => {
  const { start, accept, connections } = setUp(1)
  const large = Array.from({ length: 5 }, () => start(LARGE))
  await accept()
  expect(connections[0]?.files).toBe(4)
  large[0]?.finish()
  await settle()
  expect(connections[0]?.files).toBe(4)
  for (const work of large) work.finish()
  await settle()
  const small = Array.from({ length: 40 }, () => start(SMALL))
  expect(connections[0]?.files).toBe(16)
  for (const work of small) work.finish()
  expect(await Promise.all(small.map(({ result }) => result))).toEqual(Array.from({ length: 40 }, () => ok('stored')))
  expect(connections[0]?.most).toBe(16)
})

test('work that is to be alone waits for the others to end, and those behind it for its end', async () => {
  const { start, accept, connections } = setUp(1)
  const before = start(SMALL)
  const alone = start(ALONE)
  const behind = start(SMALL)
  await accept()
  expect(connections[0]?.files).toBe(1)
  before.finish()
  await settle()
  expect(connections[0]).toMatchObject({ files: 1, most: 1 })
  alone.finish()
  await settle()
  behind.finish()
  expect(await behind.result).toEqual(ok('stored'))
  expect(connections[0]?.most).toBe(1)
})

test('a refused further connection is not asked for again until a minute has gone', async () => {
  const { start, openings, accept, refuse, later } = setUp(3)
  const first = start(LARGE)
  start(LARGE)
  await accept()
  await refuse(failure('nas-unreachable'))
  start(LARGE)
  expect(openings).toHaveLength(2)
  later(60_000)
  first.finish()
  await settle()
  expect(openings).toHaveLength(3)
})

test('when none can be had, all that wait fail, and the next file tries again', async () => {
  const { start, openings, refuse } = setUp(2)
  const results = [start(SMALL), start(LARGE)].map(({ result }) => result)
  await refuse(failure('nas-unreachable', 'down'))
  expect(await Promise.all(results)).toEqual([1, 2].map(() => fail(failure('nas-unreachable', 'down'))))
  start(SMALL)
  expect(openings).toHaveLength(2)
})

test('an opening that ends with the connection that served says nothing of the NAS: another is asked for', async () => {
  const { start, openings, accept, refuse, connections } = setUp(2)
  const served = Array.from({ length: 5 }, () => start(LARGE))
  await accept()
  connections[0]?.connection.destroy(failure('connection-lost'))
  await settle()
  await refuse(failure('session-refused'))
  expect(openings).toHaveLength(3)
  const { connection } = await accept()
  expect(connection.isOpen).toBe(true)
  served.at(-1)?.finish()
  expect(await served.at(-1)?.result).toEqual(ok('stored'))
})

test('a refused sign-in answers all files for two seconds without another try at the NAS', async () => {
  const { start, openings, refuse, later } = setUp(2)
  const { result } = start(SMALL)
  await refuse(failure('needs-sign-in'))
  expect(await result).toEqual(fail(failure('needs-sign-in')))
  expect(await start(SMALL).result).toEqual(fail(failure('needs-sign-in')))
  expect(openings).toHaveLength(1)
  later(2_000)
  start(SMALL)
  expect(openings).toHaveLength(2)
})

test('a connection that died is replaced, and only its own files fail', async () => {
  const { start, accept, openings, connections } = setUp(1)
  const works = Array.from({ length: 6 }, () => start(LARGE))
  const first = await accept()
  first.connection.destroy(failure('connection-lost'))
  await settle()
  expect(openings).toHaveLength(2)
  await accept()
  expect(connections[1]?.files).toBe(2)
  for (const work of works) work.finish()
  const results = await Promise.all(works.map(({ result }) => result))
  expect(results.map((result) => result.ok)).toEqual([false, false, false, false, true, true])
})

test('a file that waits is dropped at an abort and never started', async () => {
  const { start, accept, connections } = setUp(1)
  const abort = new AbortController()
  const { result } = start(SMALL, abort.signal)
  abort.abort()
  expect(await result).toEqual(fail(failure('cancelled')))
  start(SMALL)
  await accept()
  expect(connections[0]?.most).toBe(1)
})

test('unused connections are closed, used ones are not', async () => {
  const { start, accept } = setUp(1)
  const work = start(SMALL)
  const { connection } = await accept()
  vi.advanceTimersByTime(5000)
  expect(connection.isOpen).toBe(true)
  work.finish()
  await settle()
  vi.advanceTimersByTime(1001)
  expect(connection.isOpen).toBe(false)
})

test('closing ends a connection that was still being opened', async () => {
  const { pool, start, accept } = setUp(1)
  const { result } = start(SMALL)
  pool.close(failure('connection-lost', 'closed'))
  expect(await result).toEqual(fail(failure('connection-lost', 'closed')))
  const { connection } = await accept()
  expect(connection.isOpen).toBe(false)
})

test('a connection that dies is not replaced for work that ends with it', async () => {
  const { accept, start, openings, connections } = setUp(2)
  start(LARGE)
  await accept()
  connections[0]?.connection.destroy(failure('connection-lost'))
  await settle()
  expect(openings).toHaveLength(1)
})
