import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

const { sshd, backend } = await shareServers()

/** Two workstations of one shop: the first reaches the NAS through a proxy, so that its uploads can be kept waiting. */
async function openTwo() {
  const first = await openEngineShop({ sshd, backend })
  const token = first.secrets['backend-token'] ?? ''
  const second = await openEngineShop({ sshd, backend, nasRoot: first.nasRoot, token })
  const proxy = await startChaosProxy(sshd)
  await first.reachBy(proxy)
  return {
    first,
    second,
    proxy,
    async files(): Promise<string[]> {
      const names = await readdir(join(first.nasRoot, 'Test shop', 'UVDTF 16oz')).catch(() => [])
      return names.filter((name) => name.endsWith('.png'))
    },
    async [Symbol.asyncDispose]() {
      await first[Symbol.asyncDispose]()
      await second[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
    },
  }
}

function outcomes(receipt: readonly ReceiptLine[]): string[] {
  return receipt.map(({ outcome }) => outcome)
}

/** Its only file waits for the other workstation. */
function isWaitingFor(shop: EngineShop, batchId: string): Promise<void> {
  return shop.until(batchId, ([item]) => {
    const hold = item?.hold
    return hold?.kind === 'elsewhere' && hold.failure.detail !== undefined
  })
}

/** The same design dropped by both: the first sends it, by that much slower, and the second waits. */
async function openWaiting(delayMs: number) {
  const two = await openTwo()
  const { first, second, proxy } = two
  for (const { drops } of [first, second]) await writeDesigns(drops, [1])
  proxy.chaos.delayMs = delayMs
  const sent = await first.drop([first.drops])
  await first.until(sent, ([item]) => item?.stage === 'uploading')
  const waiting = await second.drop([second.drops])
  await isWaitingFor(second, waiting)
  return { ...two, sent, waiting }
}

test('[same design] two workstations that drop the same designs at once store each once, and the other skips it', async () => {
  await using two = await openTwo()
  const shops = [two.first, two.second]
  const seeds = Array.from({ length: 12 }, (_, seed) => seed)
  for (const { drops } of shops) await writeDesigns(drops, seeds)
  const batches = await Promise.all(shops.map((shop) => shop.drop([shop.drops], { onSimilar: 'keep' })))
  const receipts = (await Promise.all(shops.map((shop, at) => shop.rest(batches[at] ?? '')))).flat()
  expect(outcomes(receipts).sort()).toEqual([...seeds.map(() => 'done'), ...seeds.map(() => 'skipped')])
  const records = await two.first.records()
  const done = receipts.filter(({ outcome }) => outcome === 'done')
  expect(records.map(({ id }) => id).sort()).toEqual(done.map(({ recordId }) => recordId).sort())
  expect(records.map(({ fileName }) => fileName).sort()).toEqual((await two.files()).sort())
  expect(new Set(records.map(({ number }) => number)).size).toBe(seeds.length)
})

test('[same design] the second is told who sends it, waits, and skips it once it is stored', async () => {
  await using two = await openWaiting(1_000)
  const { first, second, proxy, sent, waiting } = two
  proxy.chaos.delayMs = 0
  expect([outcomes(await first.rest(sent)), outcomes(await second.rest(waiting))]).toEqual([['done'], ['skipped']])
  expect([(await two.files()).length, (await first.records()).length]).toEqual([1, 1])
})

test('[same design] what the first does not send after all is sent by the second', async () => {
  await using two = await openWaiting(1_000)
  const { first, second, sent, waiting } = two
  expectOk(await first.engine.peer.call('cancel', { batchId: sent }))
  expect([outcomes(await first.rest(sent)), outcomes(await second.rest(waiting))]).toEqual([['cancelled'], ['done']])
  expect([(await two.files()).length, (await first.records()).length]).toEqual([1, 1])
})

test('[same design] what a person takes over is sent from there, and the first stops before its file has a name', async () => {
  await using two = await openWaiting(1_500)
  const { first, second, proxy, sent, waiting } = two
  const [item] = await second.items(waiting)
  expectOk(await second.engine.peer.call('takeOver', { itemId: item?.id ?? '' }))
  await vi.waitFor(async () => expect(await first.records()).toHaveLength(1), { timeout: 20_000 })
  // Its own claim, lost by now, is asked about before the name: as after a sleep, all that was granted is over.
  proxy.chaos.delayMs = 0
  const results = [outcomes(await first.rest(sent)), outcomes(await second.rest(waiting))]
  const files = await two.files()
  expect([results, files.length]).toEqual([[['skipped'], ['done']], 1])
})
