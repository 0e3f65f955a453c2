import { afterEach, expect, test, vi } from 'vitest'
import { forkChild } from '../../src/engine/workers/fork-child.ts'
import { createWorkerPool, type WorkerPool } from '../../src/engine/workers/worker-pool.ts'
import { signalProcess } from '../support/processes.ts'
import type { TinyContract } from '../support/tiny-worker.ts'
import { failsWith } from '../support/transfer-worker.ts'

const ENTRY = new URL('../support/tiny-worker.ts', import.meta.url)
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const pools: WorkerPool<TinyContract>[] = []

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()))
})

interface Wishes {
  readonly size?: number
  readonly callDeadlineMs?: number
  /** The arguments of the worker that is started as the nth, from 0. */
  readonly args?: (nth: number) => readonly string[]
}

function openPool({ size = 1, callDeadlineMs, args = () => [] }: Wishes = {}) {
  const pids: number[] = []
  const warnings: string[] = []
  const pool = createWorkerPool<Record<never, never>, TinyContract>({
    kind: 'imaging',
    size,
    callsPerWorker: 1,
    ...(callDeadlineMs === undefined ? {} : { callDeadlineMs }),
    memory: { maxBytes: 10, read: (peer) => peer.call('heldBytes', null) },
    handlers: {},
    host: {
      spawnWorker() {
        const child = forkChild(ENTRY, args(pids.length))
        if (child.pid === undefined) throw new Error('the worker does not start')
        pids.push(child.pid)
        return child
      },
      log: { ...silent, warn: (message) => void warnings.push(message) },
    },
  })
  pools.push(pool)
  return { pool, pids, warnings }
}

test('a call whose worker dies says so, and the next has another worker', async () => {
  const { pool, pids } = openPool()
  expect(await pool.call('die', null)).toEqual(failsWith('worker-gone'))
  expect(await pool.call('echo', 'again')).toEqual({ ok: true, value: 'again' })
  expect(pids).toHaveLength(2)
  expect(await pool.vitals()).toMatchObject([{ restarts: 1 }])
})

test('a call that takes too long ends with its worker, and the next is answered', async () => {
  const { pool, pids } = openPool({ callDeadlineMs: 1_500 })
  expect(await pool.call('hang', null)).toEqual(failsWith('image-timeout'))
  expect(await pool.call('echo', 'next')).toMatchObject({ ok: true })
  expect(pids).toHaveLength(2)
})

test('a worker that grew too large ends what it has, and the next call has another', async () => {
  const { pool, pids, warnings } = openPool()
  await pool.call('swell', 15)
  const stop = new AbortController()
  const hanging = pool.call('hang', null, { signal: stop.signal })
  const next = pool.call('echo', 'next')
  await vi.waitFor(() => expect(warnings).toEqual(['worker holds too much memory']), 10_000)
  stop.abort()
  expect(await hanging).toEqual(failsWith('cancelled'))
  expect(await next).toEqual({ ok: true, value: 'next' })
  expect(pids).toHaveLength(2)
})

test('a call that takes twice the memory that is allowed ends with its worker', async () => {
  const { pool, pids } = openPool()
  await pool.call('swell', 25)
  expect(await pool.call('hang', null)).toEqual(failsWith('worker-gone'))
  expect(await pool.call('echo', 'next')).toMatchObject({ ok: true })
  expect(pids).toHaveLength(2)
})

test('a call that waits for a worker can be given up, and takes none from the others', async () => {
  const { pool, pids } = openPool()
  const stop = new AbortController()
  const hanging = pool.call('hang', null)
  const givenUp = pool.call('echo', 'given up', { signal: stop.signal })
  const patient = pool.call('echo', 'patient')
  stop.abort()
  expect(await givenUp).toEqual(failsWith('cancelled'))
  await vi.waitFor(async () => expect(await pool.vitals()).toHaveLength(1))
  for (const pid of pids) signalProcess(pid, 'SIGKILL')
  expect(await hanging).toEqual(failsWith('worker-gone'))
  expect(await patient).toEqual({ ok: true, value: 'patient' })
})

test('a worker that lives gets work while another, that cannot start, has its pause: no call is lost on that', async () => {
  const { pool, pids } = openPool({ size: 2, args: (nth) => (nth === 0 ? [] : ['broken']) })
  expect(await pool.call('echo', 'first')).toMatchObject({ ok: true })
  const stop = new AbortController()
  const hanging = pool.call('hang', null, { signal: stop.signal })
  const waiting = ['a', 'b'].map((said) => pool.call('echo', said))
  await vi.waitFor(() => expect(pids.length).toBeGreaterThan(4), 20_000)
  stop.abort()
  expect(await hanging).toEqual(failsWith('cancelled'))
  expect(await Promise.all(waiting)).toMatchObject([{ ok: true }, { ok: true }])
})

test('when no worker starts the calls are told so, and those that come later are answered once one does', async () => {
  const { pool, pids } = openPool({ size: 2, args: (nth) => (nth < 5 ? ['broken'] : []) })
  const calls = ['a', 'b', 'c'].map((said) => pool.call('echo', said))
  expect(await Promise.all(calls)).toEqual(calls.map(() => failsWith('worker-broken')))
  expect(pids.length).toBeGreaterThanOrEqual(3)
  await vi.waitFor(async () => expect(await pool.call('echo', 'later')).toMatchObject({ ok: true }), 40_000)
})

test('one call starts one worker', async () => {
  const { pool, pids } = openPool({ size: 3 })
  expect(await pool.call('echo', 'only')).toMatchObject({ ok: true })
  expect(await pool.call('echo', 'then')).toMatchObject({ ok: true })
  expect(pids).toHaveLength(1)
})

test('stop ends the workers and every call', async () => {
  const { pool, pids } = openPool()
  const calls = [pool.call('hang', null), pool.call('echo', 'waits')]
  await vi.waitFor(async () => expect(await pool.vitals()).toHaveLength(1))
  await pool.stop()
  expect(await Promise.all(calls)).toEqual([failsWith('worker-gone'), failsWith('cancelled')])
  expect(pids.map((pid) => isAlive(pid))).toEqual([false])
})

function isAlive(pid: number): boolean {
  return signalProcess(pid, 'SIGCONT')
}
