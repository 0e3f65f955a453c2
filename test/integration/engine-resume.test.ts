import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { type ChaosProxy, startChaosProxy } from '../support/chaos-proxy.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { startSshd } from '../support/sshd.ts'

const MB = 1_000_000
const LARGE_MB = 48

test.each<readonly [what: string, cut: (shop: EngineShop, proxy: ChaosProxy) => unknown, twiceMb: number]>([
  ['the connection is reset', (_shop, proxy) => proxy.resetAll(), 10],
  // The offset was saved up to 8 MB earlier, and a window of writes was on its way.
  ['the engine is killed', (shop) => shop.killAndRestart(), 18],
])(
  '[reset in a write, killed] %s late in a large file: the rest is sent, and little of it twice',
  async (_what, cut, twiceMb) => {
    await using sshd = await startSshd()
    await using backend = await startBackend()
    await using proxy = await startChaosProxy(sshd)
    await using shop = await openEngineShop({ sshd, backend })
    await shop.reachBy(proxy)
    const large = await writeLargeDesign(join(shop.drops, 'large.png'), LARGE_MB)
    const { size } = await stat(large)
    proxy.chaos.delayMs = 20
    const batchId = await shop.drop([large])
    await vi.waitFor(() => expect(proxy.bytesUp).toBeGreaterThan(36 * MB), { timeout: 40_000, interval: 5 })
    await cut(shop, proxy)
    proxy.chaos.delayMs = 0
    const receipt = await shop.rest(batchId)
    expect(receipt).toMatchObject([{ outcome: 'done', verifiedBy: 'read-back' }])
    expect(proxy.bytesUp).toBeLessThan(size + twiceMb * MB)
    expect(await shop.differences(batchId, [large])).toEqual([])
  },
)

test('a large file that filled the NAS is sent once more, and no oftener, when there is room', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using sshd = await startSshd()
  await using backend = await startBackend()
  await using proxy = await startChaosProxy(sshd)
  await using disk = await mountSmallDisk('rw', 32)
  await using shop = await openEngineShop({ sshd, backend, nasRoot: disk.path })
  await shop.reachBy(proxy)
  const filler = join(disk.path, 'filler')
  await writeFile(filler, Buffer.alloc(14 * MB))
  const large = await writeLargeDesign(join(shop.drops, 'large.png'), 24)
  const batchId = await shop.drop([large])
  // More of it than is saved as the point to go on from.
  await shop.until(batchId, (items) => items.some(({ hold }) => hold?.kind === 'nas-full'))
  const sent = proxy.bytesUp
  await rm(filler)
  expectOk(await shop.engine.peer.call('retry', { batchId }))
  expect(await shop.differences(batchId, [large])).toEqual([])
  expect(proxy.bytesUp - sent).toBeLessThan(25 * MB)
})
