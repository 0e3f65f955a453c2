import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findDifferences } from '../support/differences.ts'
import { openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { descendantsOf } from '../support/processes.ts'
import { copyRealDesigns, haveRealDesigns } from '../support/real-designs.ts'

const DESIGNS = Number(process.env.GALLEY_TEST_DESIGNS ?? 200)
const LONGEST_MS = 120_000 + DESIGNS * 500

vi.setConfig({ testTimeout: 60_000 + LONGEST_MS })

const { sshd, backend } = await shareServers()

/** Open files, sockets and pipes of the engine and its transfer worker, by process. */
async function openHandles(enginePid: number): Promise<Record<string, number>> {
  const workers = (await descendantsOf(enginePid)).filter(({ command }) => command.includes('/worker/transfer.ts'))
  const pids = [enginePid, ...workers.map(({ pid }) => pid)]
  const counts = await Promise.all(pids.map(async (pid) => [pid, (await readdir(`/proc/${pid}/fd`)).length]))
  return Object.fromEntries(counts)
}

test('[session killed, session frozen] real designs while the sessions are killed every 3 s and frozen every 10 s: all there once, and no handle is left open', async (context) => {
  if (process.platform !== 'linux') return context.skip('handles are counted in /proc')
  if (!haveRealDesigns()) return context.skip('openclipart-png is not installed')
  const folder = await mkdtemp(join(tmpdir(), 'galley-sessions-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const designs = await copyRealDesigns(folder, DESIGNS)
  await using shop = await openEngineShop({ sshd, backend })
  const first = await writeDesigns(shop.drops, [1])
  const firstLines = await shop.rest(await shop.drop(first))
  const before = await openHandles(shop.engine.pid)

  let struck = 0
  const strike = (signal: NodeJS.Signals) => async (): Promise<void> => {
    struck += await sshd.signalSessions(signal)
  }
  const timers = [setInterval(strike('SIGKILL'), 3_000), setInterval(strike('SIGSTOP'), 10_000)]
  onTestFinished(() => timers.forEach(clearInterval))
  const batchId = await shop.drop([folder], { onDuplicate: 'keep', onSimilar: 'keep' })
  await vi.waitFor(
    async () => {
      const { counts } = await shop.batch(batchId)
      expect(counts).toMatchObject({ done: DESIGNS })
    },
    { timeout: LONGEST_MS, interval: 250 },
  )
  for (const timer of timers) clearInterval(timer)
  expect(struck).toBeGreaterThan(5)

  const receipt = [...firstLines, ...(await shop.rest(batchId))]
  const ends = { sources: [...first, ...designs], nasRoot: shop.nasRoot, records: await shop.records(), receipt }
  expect(await findDifferences(ends)).toEqual([])
  // The connections of the pool may be one more or less than before.
  await vi.waitFor(async () => {
    const after = await openHandles(shop.engine.pid)
    expect(Object.keys(after)).toEqual(Object.keys(before))
    for (const [pid, count] of Object.entries(after)) expect(count - (before[pid] ?? 0)).toBeLessThanOrEqual(2)
  }, 20_000)
})
