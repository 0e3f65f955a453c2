import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { readCatalog } from '../soak/read-catalog.ts'
import { startBackend } from '../support/backend.ts'
import { openEngineShop, writeDesigns } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'
import { startSshd } from '../support/sshd.ts'
import { lastGrowthMs } from '../support/transfer-worker.ts'

const MB = 1_000_000

/** The full hour so many hours from now, as `HH:00`. */
function timeOfDay(inHours: number): string {
  return `${String((new Date().getHours() + inHours + 24) % 24).padStart(2, '0')}:00`
}

test('a limit holds for what is under way and for a worker that comes later, is kept, and may be a pause', async () => {
  await using sshd = await startSshd()
  await using backend = await startBackend()
  await using shop = await openEngineShop({ sshd, backend })
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  /** Waits until the temporary file of an attempt has so many bytes; when that was. */
  const untilPartHas = async (attempt: number, bytes: number): Promise<number> => {
    await vi.waitFor(
      async () => {
        const [part = ''] = (await readdir(folder)).filter((name) => name.endsWith(`-${attempt}.part`))
        expect((await stat(join(folder, part))).size).toBeGreaterThan(bytes)
      },
      { timeout: 30_000, interval: 10 },
    )
    return performance.now()
  }
  const expectOneMegabytePerSecond = async (attempt: number, fromBytes: number): Promise<void> => {
    const fromMs = await untilPartHas(attempt, fromBytes)
    const seconds = ((await untilPartHas(attempt, fromBytes + 3 * MB)) - fromMs) / 1000
    expect(seconds).toBeGreaterThan(3 / 1.25)
    expect(seconds).toBeLessThan(3 / 0.75)
  }

  await shop.limit(1 * MB)
  const large = await writeLargeDesign(join(shop.drops, 'large.png'), 16)
  const batchId = await shop.drop([large])
  await expectOneMegabytePerSecond(1, 1 * MB)
  await shop.killTransferWorker()
  // It begins with what the first had.
  await expectOneMegabytePerSecond(2, 5 * MB)

  const pausedAt = performance.now()
  const until = timeOfDay(6)
  await shop.limit([
    { at: timeOfDay(-6), bytesPerSecond: 0 },
    { at: until, bytesPerSecond: null },
  ])
  expect((await lastGrowthMs(folder)) - pausedAt).toBeLessThan(1000)
  await shop.killAndRestart()
  expect(await shop.items(batchId)).toMatchObject([{ stage: 'waiting', hold: { kind: 'scheduled', until } }])
  await shop.limit(null)
  expect(await shop.differences(batchId, [large])).toEqual([])
})

test('files whose turn has not come lose no attempt when the session that carried others is killed', async () => {
  await using sshd = await startSshd()
  await using backend = await startBackend()
  await using shop = await openEngineShop({ sshd, backend })
  using catalog = readCatalog(shop.dataDir)
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  await shop.limit(0.1 * MB)
  const large = await writeLargeDesign(join(shop.drops, 'a-large.png'), 2)
  const small = await writeDesigns(shop.drops, [1, 2, 3, 4, 5, 6, 7, 8])
  const batchId = await shop.drop([large, ...small])
  const sizes = async (): Promise<number[]> =>
    Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
  await vi.waitFor(
    async () => {
      expect(catalog.items().filter(({ stage }) => stage === 'uploading')).toHaveLength(9)
      expect((await sizes()).filter((size) => size === 0)).not.toEqual([])
      // The engine knows that bytes move, too.
      expect((await shop.items(batchId)).filter(({ sentBytes }) => sentBytes > 0)).not.toEqual([])
    },
    { timeout: 30_000, interval: 10 },
  )
  await sshd.signalSessions('SIGKILL')
  await vi.waitFor(() => expect(catalog.items().some(({ stage }) => stage === 'waiting')).toBe(true), 30_000)
  await vi.waitFor(() => expect(catalog.items().every(({ stage }) => stage !== 'waiting')).toBe(true), 30_000)
  expect(catalog.items().map(({ attempts }) => attempts)).toEqual(Array(9).fill(0))
  await shop.limit(null)
  expect(await shop.differences(batchId, [large, ...small])).toEqual([])
})
