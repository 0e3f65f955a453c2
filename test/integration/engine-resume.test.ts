import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { type ChaosProxy, startChaosProxy } from '../support/chaos-proxy.ts'
import { disturbSyncs } from '../support/disk-syncs.ts'
import { type EngineShop, openEngineShop } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { startSshd } from '../support/sshd.ts'

const MB = 1_000_000
/** `GALLEY_TEST_LARGE_MB=200 npm run integration -- resume` for larger files than are tried each time. */
const LARGE_MB = Number(process.env.GALLEY_TEST_LARGE_MB ?? 48)

vi.setConfig({ testTimeout: 180_000 })

const TWICE_MB = 10

interface Cut {
  cut(shop: EngineShop, proxy: ChaosProxy): unknown
  /** Of each sync of the engine with its disk. */
  readonly syncMs?: number
}

test.for<readonly [what: string, cut: Cut]>([
  ['the connection is reset', { cut: (_shop, proxy) => proxy.resetAll() }],
  ['the engine is killed', { cut: (shop) => shop.killAndRestart() }],
  ['the engine is killed, on a busy disk,', { cut: (shop) => shop.killAndRestart(), syncMs: 500 }],
])(
  '[reset in a write, killed] %s late in a large file: the rest is sent, and little of it twice',
  async ([, { cut, syncMs }], context) => {
    const why = syncMs === undefined ? null : whyNoSmallDisk()
    if (why !== null) return context.skip(`slow system calls: ${why}`)
    await using sshd = await startSshd()
    await using backend = await startBackend()
    await using proxy = await startChaosProxy(sshd)
    await using shop = await openEngineShop({ sshd, backend })
    await shop.reachBy(proxy)
    const large = await writeLargeDesign(join(shop.drops, 'large.png'), LARGE_MB)
    const { size } = await stat(large)
    proxy.chaos.delayMs = 20
    if (syncMs !== undefined) await disturbSyncs(shop.engine.pid, `delay_enter=${syncMs * 1000}`)
    const batchId = await shop.drop([large])
    await vi.waitFor(() => expect(proxy.bytesUp).toBeGreaterThan(LARGE_MB * 0.75 * MB), {
      timeout: 90_000,
      interval: 5,
    })
    await cut(shop, proxy)
    proxy.chaos.delayMs = 0
    const receipt = await shop.rest(batchId)
    expect(receipt).toMatchObject([{ outcome: 'done', verifiedBy: 'read-back' }])
    expect(proxy.bytesUp).toBeLessThan(size + TWICE_MB * MB)
    expect(await shop.differences(batchId, [large])).toEqual([])
  },
)

test('[NAS full] a NAS that large files filled holds what is left, and gets that once more, and no oftener, when it was freed by hand', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using sshd = await startSshd()
  await using backend = await startBackend()
  await using proxy = await startChaosProxy(sshd)
  await using disk = await mountSmallDisk('rw', 20)
  await using shop = await openEngineShop({ sshd, backend, nasRoot: disk.path })
  await shop.reachBy(proxy)
  const filler = join(disk.path, 'filler')
  await writeFile(filler, Buffer.alloc(9 * MB))
  const sources = await Promise.all(
    [5, 6, 8].map((megabytes) => writeLargeDesign(join(shop.drops, `${megabytes}.png`), megabytes)),
  )
  const batchId = await shop.drop(sources, { onSimilar: 'keep' })
  await shop.until(
    batchId,
    (items) =>
      items.some(({ stage, hold }) => stage === 'waiting' && hold?.kind === 'nas-full') &&
      items.every(({ stage }) => stage === 'waiting' || stage === 'done'),
  )
  const sent = proxy.bytesUp
  await rm(filler)
  await shop.until(batchId, (items) => items.every(({ stage }) => stage === 'done'))
  expect(await shop.differences(batchId, sources)).toEqual([])
  expect(proxy.bytesUp - sent).toBeLessThan(20 * MB)
})
