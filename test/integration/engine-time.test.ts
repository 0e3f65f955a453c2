import { appendFile, readFile, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { descendantsOf, signalProcess } from '../support/processes.ts'

vi.setConfig({ testTimeout: 120_000 })

const { sshd, backend } = await shareServers()
const DAY_MS = 24 * 3600_000

const { NODE_OPTIONS } = process.env
afterEach(() => {
  if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS
  else process.env.NODE_OPTIONS = NODE_OPTIONS
})

/** Processes that start from now on have a clock that can be moved; how. */
async function movableClock(): Promise<(byMs: number) => Promise<void>> {
  const offset = join(sshd.scratch, 'clock-offset')
  const preload = join(sshd.scratch, 'movable-clock.cjs')
  const move = (byMs: number): Promise<void> => writeFile(offset, String(byMs))
  await move(0)
  await writeFile(
    preload,
    `const { readFileSync } = require('node:fs'), { now } = Date
     Date.now = () => now() + Number(readFileSync('${offset}', 'utf8'))`,
  )
  process.env.NODE_OPTIONS = `--require ${preload}`
  return move
}

async function untilEnded(shop: EngineShop, batchId: string): Promise<void> {
  await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('ended'), 60_000)
}

test.for([1, -1])('[clock moved] by %i day while a NAS is away: it is tried again as soon as ever', async (days) => {
  const move = await movableClock()
  await using proxy = await startChaosProxy(sshd)
  proxy.chaos.refusing = true
  await using shop = await openEngineShop({ sshd, backend })
  await shop.reachBy(proxy)
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop([shop.drops])
  await shop.rest(batchId)
  await move(days * DAY_MS)
  proxy.chaos.refusing = false
  await untilEnded(shop, batchId)
  expect(await shop.differences(batchId, sources)).toEqual([])
  const [record] = await shop.records()
  expect(Math.sign(Date.parse(record?.uploadedAt ?? '') - Date.now())).toBe(days)
})

test.for([1, -1])('[clock moved] by %i day between two records of a chunk: none waits for that', async (days) => {
  const move = await movableClock()
  await using shop = await openEngineShop({ sshd, backend })
  const first = await writeDesigns(shop.drops, [1])
  await shop.reach({ backendUrl: 'http://127.0.0.1:1' })
  const batchId = await shop.drop(first)
  await shop.rest(batchId)
  await move(days * DAY_MS)
  await shop.reach({ backendUrl: backend.url })
  await untilEnded(shop, batchId)
  const more = await writeDesigns(shop.drops, [2, 3])
  const next = await shop.drop(more, { onSimilar: 'keep' })
  await untilEnded(shop, next)
  expect(await shop.records()).toHaveLength(3)
})

test('[clock moved] a file with a time of tomorrow is read at once, and judged by what is in it', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const [whole = '', cut = ''] = await writeDesigns(shop.drops, [1, 2])
  await truncate(cut, 2_000)
  // A number of seconds that comes out just below the millisecond, as most do that a program sets.
  const tomorrow = Math.floor(Date.now() / 1000) + DAY_MS / 1000 + 0.001
  for (const path of [whole, cut]) await utimes(path, tomorrow, tomorrow)
  const receipt = await shop.rest(await shop.drop([shop.drops]))
  expect(receipt.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['done', ''],
    ['failed', 'damaged-image'],
  ])
})

test('[file still being written] a file that grows while it is looked at is read when it is whole', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const [path = ''] = await writeDesigns(shop.drops, [1])
  const bytes = await readFile(path)
  await truncate(path, 1_000)
  const batchId = await shop.drop([path])
  await shop.until(batchId, ([item]) => item?.hold?.kind === 'retry-at' && item.hold.failure.code === 'source-busy')
  await appendFile(path, bytes.subarray(1_000))
  await untilEnded(shop, batchId)
  expect(await shop.differences(batchId, [path])).toEqual([])
})

test('[sleep] a computer that sleeps while the NAS ends its sessions goes on by itself when it wakes', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await using proxy = await startChaosProxy(sshd)
  // Slow enough to fall asleep over.
  proxy.chaos.upBytesPerSecond = 20_000
  await shop.reachBy(proxy)
  const sources = await writeDesigns(shop.drops, [1, 2, 3, 4])
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  await shop.until(batchId, (items) => items.some(({ sentBytes }) => sentBytes > 0))
  const asleep = [shop.engine.pid, ...(await descendantsOf(shop.engine.pid)).map(({ pid }) => pid)]
  for (const pid of asleep) signalProcess(pid, 'SIGSTOP')
  const sessions = await sshd.sessions()
  expect(sessions.length).toBeGreaterThan(0)
  for (const pid of sessions) signalProcess(pid, 'SIGKILL')
  await vi.waitFor(async () => expect(await sshd.sessions()).toEqual([]))
  proxy.chaos.upBytesPerSecond = null
  for (const pid of asleep) signalProcess(pid, 'SIGCONT')
  await untilEnded(shop, batchId)
  expect(await shop.differences(batchId, sources)).toEqual([])
})
