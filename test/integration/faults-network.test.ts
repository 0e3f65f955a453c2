import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { type DropThrough, dropThrough } from '../support/drop-through.ts'
import { openEngineShop, shareServers } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'

vi.setConfig({ testTimeout: 120_000 })

const MB = 1_000_000
const LARGE_MB = 8
const SIZES = { largeMb: LARGE_MB, small: 4 }

const servers = await shareServers()
const { sshd } = servers

/** Nothing is lost or doubled. */
async function expectWhole({ shop, batchId, sources }: DropThrough): Promise<void> {
  expect(await shop.differences(batchId, sources)).toEqual([])
}

test('[slow link] a link of 8 Mbit/s with 400 ms there and back is never taken for a dead one', async () => {
  await using drop = await dropThrough(servers, {
    ...SIZES,
    sentBytes: MB,
    chaos: { delayMs: 200, upBytesPerSecond: MB },
  })
  await expectWhole(drop)
  // Each of the two connections once, and nothing that was sent was sent again.
  expect(drop.proxy.accepted).toBeLessThanOrEqual(2)
  expect(drop.proxy.bytesUp).toBeLessThan((LARGE_MB + 1) * MB)
})

test('[corrupted byte] a byte changed on the way is found out by the connection, and the bytes are sent again', async () => {
  await using drop = await dropThrough(servers, { ...SIZES, sentBytes: 3 * MB, chaos: { corruptAtByte: 3 * MB } })
  await expectWhole(drop)
  expect(drop.proxy.chaos.corruptAtByte).toBeNull()
  expect(drop.proxy.accepted).toBeGreaterThan(1)
})

test.for(['client', 'server'] as const)(
  '[half close] a connection whose %s is told that the other side says no more is replaced',
  async (told) => {
    await using drop = await dropThrough(servers, { ...SIZES, sentBytes: 2 * MB })
    const before = drop.proxy.accepted
    drop.proxy.halfClose(told)
    drop.proxy.chaos.delayMs = 0
    await expectWhole(drop)
    expect(drop.proxy.accepted).toBeGreaterThan(before)
  },
)

test('[rename answer lost] a file whose rename was done and not answered is found stored, and not sent again', async () => {
  await using proxy = await startChaosProxy(sshd)
  await using shop = await openEngineShop(servers)
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
  await using drop = await dropThrough(servers, { ...SIZES, sentBytes: 0, chaos: { refusing: true } })
  await drop.shop.until(
    drop.batchId,
    (items) => items.length === 5 && items.every(({ hold }) => hold?.kind === 'offline'),
  )
  expect(await readdir(drop.shop.nasRoot)).toEqual([])
  drop.proxy.chaos.refusing = false
  await drop.shop.until(drop.batchId, (items) => items.every(({ stage }) => stage === 'done'))
  await expectWhole(drop)
})
