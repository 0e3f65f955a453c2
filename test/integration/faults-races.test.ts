import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { findDifferences } from '../support/differences.ts'
import { dropThrough } from '../support/drop-through.ts'
import { expectOk } from '../support/engine.ts'
import { openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

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

test('[same design] two workstations that drop the same designs at once replace no file of each other’s', async () => {
  await using one = await openEngineShop({ sshd, backend })
  const token = one.secrets['backend-token'] ?? ''
  await using other = await openEngineShop({ sshd, backend, nasRoot: one.nasRoot, token })
  const shops = [one, other]
  for (const { drops } of shops) await writeDesigns(drops, [1, 2, 3, 4])
  const batches = await Promise.all(shops.map((shop) => shop.drop([shop.drops])))
  const receipts = (await Promise.all(shops.map((shop, at) => shop.rest(batches[at] ?? '')))).flat()
  const done = receipts.filter(({ outcome }) => outcome === 'done')
  // Whoever saw the other's in the feed skipped it; at the same moment nobody can, and each has its own file and record.
  expect(receipts.filter(({ outcome }) => outcome !== 'done' && outcome !== 'skipped')).toEqual([])
  expect(new Set(done.map(({ sha256 }) => sha256)).size).toBe(4)
  const records = await one.records()
  expect(records.map(({ id }) => id).sort()).toEqual(done.map(({ recordId }) => recordId).sort())
  const files = await readdir(join(one.nasRoot, 'Test shop', 'UVDTF 16oz'))
  expect(records.map(({ fileName }) => fileName).sort()).toEqual(files.sort())
  expect(records.map(({ number }) => number).sort((a, b) => a - b)).toEqual(done.map((_, at) => at + 1))
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
    const [line] = await shop.rest(batchId)
    if (moment === 'after') expect(line?.outcome).toBe('done')
    const isDone = line?.outcome === 'done'
    const ends = { sources: isDone ? sources : [], nasRoot: shop.nasRoot, records: await shop.records() }
    expect(await findDifferences({ ...ends, receipt: isDone ? await shop.rest(batchId) : [] })).toEqual([])
    expect(['done', 'cancelled']).toContain(line?.outcome)
  }
})
