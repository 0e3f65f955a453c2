import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type ChaosProxy, startChaosProxy } from '../support/chaos-proxy.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'

vi.setConfig({ testTimeout: 120_000 })

const MB = 1_000_000
const LARGE_MB = 8

const { sshd, backend } = await shareServers()

interface Drop extends AsyncDisposable {
  readonly shop: EngineShop
  readonly proxy: ChaosProxy
  readonly batchId: string
  /** Waits for rest: all is where it belongs, once. */
  expectWhole(): Promise<void>
}

/** Drops small designs and a large one on a shop that reaches its NAS by a proxy, and waits for some MB to pass. */
async function dropThrough(prepare: (proxy: ChaosProxy) => void, passedMb: number): Promise<Drop> {
  const proxy = await startChaosProxy(sshd)
  const shop = await openEngineShop({ sshd, backend })
  await shop.reachBy(proxy)
  prepare(proxy)
  const sources = await writeDesigns(shop.drops, [1, 2, 3, 4])
  sources.push(await writeLargeDesign(join(shop.drops, 'large.png'), LARGE_MB))
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  await vi.waitFor(() => expect(proxy.bytesUp).toBeGreaterThanOrEqual(passedMb * MB), { timeout: 30_000, interval: 5 })
  return {
    shop,
    proxy,
    batchId,
    expectWhole: async () => expect(await shop.differences(batchId, sources)).toEqual([]),
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
    },
  }
}

test('[slow link] a link of 8 Mbit/s with 400 ms there and back is never taken for a dead one', async () => {
  await using drop = await dropThrough((proxy) => {
    proxy.chaos.delayMs = 200
    proxy.chaos.upBytesPerSecond = MB
  }, 1)
  await drop.expectWhole()
  // Each of the two connections once, and nothing that was sent was sent again.
  expect(drop.proxy.accepted).toBeLessThanOrEqual(2)
  expect(drop.proxy.bytesUp).toBeLessThan((LARGE_MB + 1) * MB)
})

test('[corrupted byte] a byte changed on the way is found out by the connection, and the bytes are sent again', async () => {
  await using drop = await dropThrough((proxy) => {
    proxy.chaos.corruptAtByte = 3 * MB
  }, 3)
  await drop.expectWhole()
  expect(drop.proxy.chaos.corruptAtByte).toBeNull()
  expect(drop.proxy.accepted).toBeGreaterThan(1)
})

test.for(['client', 'server'] as const)(
  '[half close] a connection whose %s is told that the other side says no more is replaced',
  async (told) => {
    await using drop = await dropThrough((proxy) => {
      proxy.chaos.delayMs = 50
    }, 2)
    const before = drop.proxy.accepted
    drop.proxy.halfClose(told)
    drop.proxy.chaos.delayMs = 0
    await drop.expectWhole()
    expect(drop.proxy.accepted).toBeGreaterThan(before)
  },
)

test('[rename answer lost] a file whose rename was done and not answered is found stored, and not sent again', async () => {
  await using proxy = await startChaosProxy(sshd)
  await using shop = await openEngineShop({ sshd, backend })
  await shop.reachBy(proxy)
  // The answer is on its way for so long: time to see the final name and take the answer away.
  proxy.chaos.delayMs = 300
  const large = await writeLargeDesign(join(shop.drops, 'large.png'), 2)
  const batchId = await shop.drop([large])
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  await vi.waitFor(async () => expect((await readdir(folder)).some((name) => name.startsWith('UV 1 '))).toBe(true), {
    timeout: 40_000,
    interval: 5,
  })
  proxy.resetAll()
  expect((await shop.items(batchId)).map(({ stage }) => stage)).not.toContain('done')
  proxy.chaos.delayMs = 0
  expect(await shop.differences(batchId, [large])).toEqual([])
  expect(proxy.bytesUp).toBeLessThan(2.5 * MB)
})

test('[refused for a while] a NAS that refuses connections is tried until it takes them, without being asked to', async () => {
  await using drop = await dropThrough((proxy) => {
    proxy.chaos.refusing = true
  }, 0)
  await drop.shop.until(
    drop.batchId,
    (items) => items.length === 5 && items.every(({ hold }) => hold?.kind === 'offline'),
  )
  expect(await readdir(drop.shop.nasRoot)).toEqual([])
  drop.proxy.chaos.refusing = false
  await drop.shop.until(drop.batchId, (items) => items.every(({ stage }) => stage === 'done'))
  await drop.expectWhole()
})
