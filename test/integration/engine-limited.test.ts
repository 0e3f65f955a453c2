import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { openEngineShop } from '../support/engine-shop.ts'
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
  const expectOneMegabytePerSecond = async (attempt: number): Promise<void> => {
    const fromMs = await untilPartHas(attempt, 1 * MB)
    const seconds = ((await untilPartHas(attempt, 4 * MB)) - fromMs) / 1000
    expect(seconds).toBeGreaterThan(3 / 1.25)
    expect(seconds).toBeLessThan(3 / 0.75)
  }

  await shop.limit(1 * MB)
  const large = await writeLargeDesign(join(shop.drops, 'large.png'), 16)
  const batchId = await shop.drop([large])
  await expectOneMegabytePerSecond(1)
  await shop.killTransferWorker()
  await expectOneMegabytePerSecond(2)

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
