import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import { ageLeftParts } from '../soak/left-parts.ts'
import { readCatalog } from '../soak/read-catalog.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { findMore, startLeakProbe, whyNoLeakProbe } from '../support/leaks.ts'
import { signalProcess } from '../support/processes.ts'
import { copyRealDesigns, haveRealDesigns } from '../support/real-designs.ts'

/** `GALLEY_TEST_DESIGNS=1000 npm run integration -- engine-cut-sessions` for more than is tried each time. */
const DESIGNS = Number(process.env.GALLEY_TEST_DESIGNS ?? 100)
/** Few files are cut as often as many, in less time. */
const PACE = DESIGNS < 1000 ? 0.2 : 1
const KILL_EVERY_MS = 3_000 * PACE
const FREEZE_EVERY_MS = 10_000 * PACE
const FROZEN_MS = 4_000 * PACE
const LINE_BYTES_PER_SECOND = 1_000_000
const MAX_ATTEMPTS = 8

vi.setConfig({ testTimeout: 900_000 })

const { sshd, backend } = await shareServers()

test('[session killed, session frozen] real designs, while one session after the other is killed, or frozen and woken: all there once, each attempt accounted for, no handle or listener left', async (context) => {
  if (!haveRealDesigns()) return context.skip('openclipart-png is not installed')
  const why = whyNoLeakProbe()
  if (why !== null) return context.skip(why)
  await using probe = await startLeakProbe()
  await using proxy = await startChaosProxy(sshd)
  await using shop = await openEngineShop({ sshd, backend })
  await shop.reachBy(proxy)
  using catalog = readCatalog(shop.dataDir)
  const random = mulberry32(DESIGNS)
  const untilEnded = (timeout: number): Promise<void> =>
    vi.waitFor(() => expect(catalog.openBatches() + catalog.outboxCount()).toBe(0), { timeout, interval: 100 })
  const strikeOne = async (signal: 'SIGKILL' | 'SIGSTOP'): Promise<number | null> => {
    const pids = await sshd.sessions()
    const pid = pids[Math.floor(random() * pids.length)]
    return pid !== undefined && signalProcess(pid, signal) ? pid : null
  }
  /** Without a connection to the NAS, as the time of idling ends it. */
  const endSessions = async (): Promise<void> => {
    await sshd.signalSessions('SIGKILL')
    await vi.waitFor(async () => expect(await sshd.sessions()).toEqual([]), 20_000)
  }

  const first = await writeDesigns(join(shop.drops, 'first'), [1, 2, 3, 4, 5, 6])
  const batches = [await shop.drop(first, { onSimilar: 'keep' })]
  await untilEnded(60_000)
  await endSessions()
  const before = await probe.held(shop.engine.pid)

  const sources = await copyRealDesigns(join(shop.drops, 'real'), DESIGNS)
  proxy.chaos.upBytesPerSecond = LINE_BYTES_PER_SECOND
  batches.push(await shop.drop([join(shop.drops, 'real')], { onSimilar: 'keep' }))
  const ended = new AbortController()
  const wakings: number[] = []
  let [kills, freezes] = [0, 0]
  const every = async (ms: number, act: () => Promise<void>): Promise<void> => {
    while (!ended.signal.aborted) {
      await act()
      await pause(ms, undefined, { signal: ended.signal }).catch(() => undefined)
    }
  }
  const killing = every(KILL_EVERY_MS, async () => {
    if ((await strikeOne('SIGKILL')) !== null) kills += 1
  })
  const freezing = every(FREEZE_EVERY_MS - FROZEN_MS, async () => {
    const pid = await strikeOne('SIGSTOP')
    if (pid !== null) freezes += 1
    await pause(FROZEN_MS)
    if (pid !== null && signalProcess(pid, 'SIGCONT')) wakings.push(Date.now())
  })
  await untilEnded(800_000)
  ended.abort()
  await Promise.all([killing, freezing])
  await untilEnded(60_000)
  proxy.chaos.upBytesPerSecond = null

  expect(kills).toBeGreaterThan(3)
  expect(freezes).toBeGreaterThan(0)
  const rows = catalog.items()
  const sent = rows.reduce((sum, { uploadAttempt }) => sum + uploadAttempt, 0)
  expect(sent).toBeGreaterThan(rows.length)
  for (const { attempts, uploadAttempt } of rows) {
    expect(attempts).toBeLessThan(MAX_ATTEMPTS)
    expect(uploadAttempt).toBeLessThanOrEqual(1 + kills + freezes)
  }
  // The temporary file of each attempt that was counted has been looked for.
  await vi.waitFor(() => expect(catalog.sweptIds()).toHaveLength(rows.length), 60_000)

  await endSessions()
  // A request to the backend keeps its time limit's signal until that is over.
  await vi.waitFor(async () => expect(findMore(before, await probe.held(shop.engine.pid))).toEqual([]), {
    timeout: 90_000,
    interval: 1_000,
  })

  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  const known = { all: catalog.items().map(({ id }) => id), swept: catalog.sweptIds() }
  expect(await ageLeftParts(folder, known, wakings)).toEqual([])
  await shop.restart('SIGTERM')
  const last = await writeDesigns(join(shop.drops, 'last'), [7])
  batches.push(await shop.drop(last, { onSimilar: 'keep' }))
  const all = [...first, ...sources, ...last]
  await vi.waitFor(async () => expect(await shop.differences(batches, all)).toEqual([]), 20_000)
})
