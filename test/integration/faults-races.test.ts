import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { findDifferences } from '../support/differences.ts'
import { dropThrough } from '../support/drop-through.ts'
import { expectOk } from '../support/engine.ts'
import { keepNoParts, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

const { sshd, backend } = await shareServers()

test('[in flight twice] a retry of what is under way is a conflict at once, and changes nothing', async () => {
  await using drop = await dropThrough({ sshd, backend }, { largeMb: 8, sentBytes: 1e6 })
  const { shop, proxy, batchId, sources } = drop
  const { peer } = shop.engine
  const [item] = await shop.items(batchId)
  for (const request of [{ batchId }, { batchId, itemIds: [item?.id ?? ''] }]) {
    expect(await peer.call('retry', request)).toMatchObject({ ok: false, failure: { code: 'conflict' } })
  }
  proxy.chaos.delayMs = 0
  expect(await shop.differences(batchId, sources)).toEqual([])
  expectOk(await peer.call('retry', { batchId }))
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[cancel during the rename] what has its final name is done, with its record; what has not is cancelled, without a file', async () => {
  for (const moment of ['before', 'after'] as const) {
    await using shop = await openEngineShop({ sshd, backend })
    await using proxy = await startChaosProxy(sshd)
    await shop.reachBy(proxy)
    const sources = await writeDesigns(shop.drops, [1])
    proxy.chaos.delayMs = 150
    const batchId = await shop.drop(sources)
    const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
    const isTime = (name: string): boolean => moment === 'before' || !name.endsWith('.part')
    await vi.waitFor(async () => expect((await readdir(folder)).some(isTime)).toBe(true), {
      timeout: 20_000,
      interval: 5,
    })
    expectOk(await shop.engine.peer.call('cancel', { batchId }))
    await shop.rest(batchId)
    await shop.killAndRestart(keepNoParts)
    const [line] = await shop.rest(batchId)
    if (moment === 'after') expect(line?.outcome).toBe('done')
    const isDone = line?.outcome === 'done'
    const ends = { sources: isDone ? sources : [], nasRoot: shop.nasRoot, records: await shop.records() }
    expect(await findDifferences({ ...ends, receipt: isDone ? await shop.rest(batchId) : [] })).toEqual([])
    expect(['done', 'cancelled']).toContain(line?.outcome)
  }
})
