import { randomUUID } from 'node:crypto'
import { copyFile, readdir, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Cancelled } from '../../src/shared/domain/batch.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { findDifferences } from '../support/differences.ts'
import { dropThrough } from '../support/drop-through.ts'
import { expectOk, startEngine } from '../support/engine.ts'
import { type EngineShop, keepNoParts, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { startSshd, WITHOUT_COPY } from '../support/sshd.ts'

const LARGE_MB = 16

const { sshd, backend } = await shareServers()

async function partsIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.part'))
}

/** As the window gives it back. */
function unread({ itemIds, paths, isPaused }: Cancelled): { itemIds: string[]; paths: string[]; isPaused: boolean } {
  return { itemIds: [...itemIds], paths: [...paths], isPaused }
}

test('a paused batch sends nothing more and keeps what was sent, on a NAS that cannot copy and after a crash', async () => {
  await using plain = await startSshd({ config: [WITHOUT_COPY] })
  await using drop = await dropThrough({ sshd: plain, backend }, { largeMb: LARGE_MB, sentBytes: 2e6, limit: 3e6 })
  const { shop, proxy, batchId, large } = drop
  expectOk(await shop.engine.peer.call('pause', { batchId }))
  expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'pending', reason: 'waiting: paused' }])
  const sent = proxy.bytesUp
  expect(sent).toBeLessThan(LARGE_MB * 1e6)
  // What is dropped meanwhile passes the paused batch, and nothing of that follows it.
  const [other = ''] = await writeDesigns(join(shop.drops, 'other'), [1])
  expect(await shop.rest(await shop.drop([other]))).toMatchObject([{ outcome: 'done' }])
  const sentForOthers = proxy.bytesUp - sent
  expect(sentForOthers).toBeLessThan(1e6)

  await shop.killAndRestart()
  await shop.limit(null)
  expectOk(await shop.engine.peer.call('resume', { batchId }))
  expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'done' }])
  expect(proxy.bytesUp - sentForOthers).toBeLessThan((await stat(large)).size + 1e6)
})

test('a batch cancelled while it is paused leaves nothing on the NAS, once that cannot be taken back', async () => {
  await using drop = await dropThrough({ sshd, backend }, { largeMb: LARGE_MB, sentBytes: 1e6 })
  const { shop, batchId } = drop
  expectOk(await shop.engine.peer.call('pause', { batchId: null }))
  expect(await partsIn(shop.nasRoot)).toHaveLength(1)
  expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'cancelled' }])
  await shop.killAndRestart(keepNoParts)
  await shop.rest(batchId)
  expect(await partsIn(shop.nasRoot)).toEqual([])
})

test('a batch paused while it is walked keeps all of its files for later', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  const batchId = await shop.drop([shop.drops])
  expectOk(await shop.engine.peer.call('pause', { batchId }))
  await shop.rest(batchId)
  await shop.killAndRestart()
  await vi.waitFor(async () => expect(await shop.items(batchId)).toHaveLength(3), { timeout: 20_000 })
  expect((await shop.items(batchId)).filter(({ stage }) => stage === 'done')).toEqual([])
  expectOk(await shop.engine.peer.call('resume', { batchId }))
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('a batch cancelled in the middle of a file leaves nothing on the NAS an hour later, and no gap in the numbers', async () => {
  await using drop = await dropThrough({ sshd, backend }, { largeMb: LARGE_MB, sentBytes: 1e6 })
  const { shop, proxy, batchId, large } = drop
  expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'cancelled' }])
  expect(await shop.batch(batchId)).toMatchObject({ state: 'ended' })
  expect(await partsIn(shop.nasRoot)).toHaveLength(1)
  await shop.killAndRestart(keepNoParts)
  await shop.rest(batchId)
  expect(await partsIn(shop.nasRoot)).toEqual([])

  // It is nobody's twin any more.
  proxy.chaos.delayMs = 0
  const again = await shop.rest(await shop.drop([large]))
  expect(again).toMatchObject([{ outcome: 'done', remotePath: expect.stringContaining('UV 1 UVDTF') }])
})

test('a cancel that is taken back in the middle of a file ends with one file, and nothing beside it', async () => {
  await using drop = await dropThrough({ sshd, backend }, { largeMb: LARGE_MB, sentBytes: 1e6 })
  const { shop, proxy, batchId, large } = drop
  const cancelled = expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect(cancelled).toMatchObject({ itemIds: [expect.any(String)], paths: [], isPaused: false })
  // At once: the sweep may be at what the cancelled upload left.
  expectOk(await shop.engine.peer.call('undoCancel', { batchId, ...unread(cancelled) }))
  proxy.chaos.delayMs = 0
  await shop.limit(null)
  expect(await shop.differences(batchId, [large])).toEqual([])
  expect(await partsIn(shop.nasRoot)).toEqual([])
})

test.for<readonly [when: string, isKilled: boolean, config: string]>([
  ['at once', false, ''],
  ['after a crash, on a NAS that cannot copy', true, WITHOUT_COPY],
])('a cancel that is taken back %s sends little of the file twice', async ([, isKilled, config]) => {
  await using plain = await startSshd({ config: [config] })
  await using drop = await dropThrough({ sshd: plain, backend }, { largeMb: LARGE_MB, sentBytes: 8e6, limit: 3e6 })
  const { shop, proxy, batchId, large } = drop
  const cancelled = expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'cancelled' }])
  if (isKilled) await shop.killAndRestart()
  await shop.limit(null)
  expectOk(await shop.engine.peer.call('undoCancel', { batchId, ...unread(cancelled) }))
  expect(await shop.differences(batchId, [large])).toEqual([])
  expect(proxy.bytesUp).toBeLessThan((await stat(large)).size + 1e6)
})

test('a cancel that is taken back when the file was saved anew sends it from the beginning, as it is now', async () => {
  await using drop = await dropThrough({ sshd, backend }, { largeMb: LARGE_MB, sentBytes: 4e6, limit: 3e6 })
  const { shop, batchId, large } = drop
  const cancelled = expectOk(await shop.engine.peer.call('cancel', { batchId }))
  const [other = ''] = await writeDesigns(join(shop.drops, 'other'), [7])
  await copyFile(other, large)
  await shop.limit(null)
  expectOk(await shop.engine.peer.call('undoCancel', { batchId, ...unread(cancelled) }))
  expect(await shop.differences(batchId, [large])).toEqual([])
})

test('a cancel that is taken back leaves the batch as it was: paused, walked on, each file once, its twin skipped', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2, 3, 4])
  const batchId = await shop.drop([shop.drops])
  expectOk(await shop.engine.peer.call('pause', { batchId }))
  const cancelled = expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect(await shop.batch(batchId)).toMatchObject({ state: 'ended' })
  const twin = await shop.drop(sources.slice(0, 1))
  expect(await shop.rest(twin)).toMatchObject([{ outcome: 'done' }])

  expectOk(await shop.engine.peer.call('undoCancel', { batchId, ...unread(cancelled) }))
  await vi.waitFor(async () => expect(await shop.items(batchId)).toHaveLength(4), { timeout: 20_000 })
  expect(await shop.batch(batchId)).toMatchObject({ state: 'paused' })
  await shop.killAndRestart()
  expectOk(await shop.engine.peer.call('resume', { batchId }))
  const outcomes = (await shop.rest(batchId)).map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['skipped', 'done', 'done', 'done'])
})

test('a file that is cancelled alone goes on alone, in a batch that has not ended', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await shop.reach({ nas: { port: 1 } })
  const batchId = await shop.drop(await writeDesigns(shop.drops, [1, 2]))
  await shop.until(batchId, (items) => items.length === 2 && items.every(({ hold }) => hold !== null))
  const itemIds = (await shop.items(batchId)).slice(1).map(({ id }) => id)
  const cancelled = expectOk(await shop.engine.peer.call('cancel', { batchId, itemIds }))
  expect(cancelled).toEqual({ itemIds, paths: [], isPaused: false })
  expect((await shop.items(batchId)).map(({ stage }) => stage)).toEqual(['waiting', 'cancelled'])
  expectOk(await shop.engine.peer.call('undoCancel', { batchId, itemIds, paths: [], isPaused: false }))
  await shop.reach({ nas: { port: sshd.port } })
  expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(['done', 'done'])
})

test('a batch whose only failures are no pictures has none to be seen, and is cleared unasked', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await writeDesigns(shop.drops, [1])
  await writeFile(join(shop.drops, 'readme.txt'), 'Print on Monday.')
  const batchId = await shop.drop([shop.drops])
  await shop.rest(batchId)
  await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('ended'))
  expect(await shop.batch(batchId)).toMatchObject({
    ...{ noPictures: 1, failedUnseen: 0 },
    counts: { done: 1, failed: 0 },
  })
  expect(expectOk(await shop.engine.peer.call('clearEnded', { withFailed: false })).batchIds).toEqual([batchId])
})

test('what failed is not cleared unasked, and what was cleared comes back with its files', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const [text, empty] = [join(shop.drops, 'notes.png'), join(shop.drops, 'empty.png')]
  await writeFile(text, 'no picture')
  await writeFile(empty, '')
  const clean = await shop.drop(await writeDesigns(join(shop.drops, 'clean'), [1]))
  const failed = await shop.drop([text, empty])
  for (const id of [clean, failed]) await shop.rest(id)
  const call = shop.engine.peer.call
  const shown = async () => expectOk(await call('status', null)).batches.map(({ id }) => id)
  expect(expectOk(await call('clearEnded', { withFailed: true, shopId: 'another' }))).toEqual({ batchIds: [] })
  expect(expectOk(await call('clearEnded', { withFailed: false, shopId: shop.shopId }))).toEqual({ batchIds: [clean] })
  expect(await shown()).toEqual([failed])
  // Trying everything again does not begin with what is no picture.
  expectOk(await call('retry', { batchId: failed }))
  await shop.rest(failed)
  expect(await shop.batch(failed)).toMatchObject({ state: 'ended', noPictures: 1, folderName: basename(shop.drops) })
  expect(expectOk(await call('clearEnded', { withFailed: true }))).toEqual({ batchIds: [failed] })
  expectOk(await call('undoClear', { batchIds: [clean, failed] }))
  expect(await shown()).toEqual([failed, clean])
  expect(await shop.items(clean)).toMatchObject([{ stage: 'done' }])
})

test('a file that no try can help is counted as failed, but not among those to try again, and is left alone', async (context) => {
  if (process.platform !== 'linux') return context.skip('names that are not UTF-8 are a matter of Linux')
  await using shop = await openEngineShop({ sshd, backend })
  await writeFile(join(shop.drops, 'empty.png'), '')
  await writeFile(Buffer.concat([Buffer.from(`${shop.drops}/caf`), Buffer.from([0xe9]), Buffer.from('.png')]), 'b')
  const batchId = await shop.drop([shop.drops])
  const codes = async () => (await shop.items(batchId)).map(({ failure }) => failure?.code)
  await shop.rest(batchId)
  const told = { counts: { failed: 2 }, toRetry: 1, noPictures: 0, failedUnseen: 2 }
  expect([await shop.batch(batchId), await codes()]).toMatchObject([told, ['name-not-utf8', 'empty-file']])
  expectOk(await shop.engine.peer.call('retry', { batchId }))
  await shop.rest(batchId)
  expect(await codes()).toEqual(['name-not-utf8', 'empty-file'])
})

test('a batch cancelled as soon as it is dropped ends, with every file that was met cancelled', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await writeDesigns(shop.drops, [1, 2, 3, 4])
  const batchId = await shop.drop([shop.drops])
  expectOk(await shop.engine.peer.call('cancel', { batchId }))
  const outcomes = (await shop.rest(batchId)).map(({ outcome }) => outcome)
  expect(outcomes.every((outcome) => outcome === 'cancelled')).toBe(true)
  expect((await shop.batch(batchId)).state).toBe('ended')
  expect(await shop.records()).toEqual([])
})

test('[killed] an engine killed again and again brings everything to one end', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2, 3, 4, 5, 6, 7, 8])
  const batchId = await shop.drop([shop.drops])
  const stages = ['matching', 'uploading', 'stored'] as const
  for (const stage of stages) {
    const passed = stages.slice(stages.indexOf(stage))
    await shop.until(batchId, (items) => items.some((item) => [...passed, 'recording', 'done'].includes(item.stage)))
    await shop.killAndRestart()
  }
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[logout] an engine told to stop in the middle of a file leaves what was sent, and the next goes on from there', async () => {
  await using drop = await dropThrough({ sshd, backend }, { largeMb: LARGE_MB, sentBytes: 2e6, limit: 3e6 })
  const { shop, proxy, batchId, large } = drop
  expect(await shop.restart('SIGTERM')).toEqual({ code: 0, signal: null })
  await shop.limit(null)
  expect(await shop.differences(batchId, [large])).toEqual([])
  expect(proxy.bytesUp).toBeLessThan((await stat(large)).size + 1e6)
  expect(await partsIn(shop.nasRoot)).toEqual([])
})

test('[reset in a write] connections that break in the middle of a file, again and again, cost time and nothing else', async () => {
  await using drop = await dropThrough({ sshd, backend }, { largeMb: LARGE_MB, sentBytes: 1e6 })
  const { shop, proxy, batchId, large } = drop
  proxy.resetAll()
  await proxy.untilSent(proxy.bytesUp + 1e6)
  proxy.resetAll()
  proxy.chaos.delayMs = 0
  expect(await shop.differences(batchId, [large])).toEqual([])
})

test('[same number] two workstations of one shop, dropping at once, take each number once', async () => {
  await using one = await openEngineShop({ sshd, backend })
  await using other = await openEngineShop({
    sshd,
    backend,
    nasRoot: one.nasRoot,
    token: one.secrets['backend-token'] ?? '',
  })
  const shops = [one, other]
  const sources = await Promise.all(
    shops.map(({ drops }, i) =>
      writeDesigns(
        drops,
        [1, 2, 3, 4, 5].map((n) => n + i * 10),
      ),
    ),
  )
  const batches = await Promise.all(shops.map((shop) => shop.drop([shop.drops], { onSimilar: 'keep' })))
  const receipts = await Promise.all(shops.map((shop, i) => shop.rest(batches[i] ?? '')))
  const ends = { sources: sources.flat(), nasRoot: one.nasRoot, records: await one.records(), receipt: receipts.flat() }
  expect(await findDifferences(ends)).toEqual([])
})

test('what colleagues uploaded for a template is found by a workstation that gets the template later', async () => {
  await using colleague = await openEngineShop({ sshd, backend })
  const token = colleague.secrets['backend-token'] ?? ''
  await using late = await openEngineShop({ sshd, backend, nasRoot: colleague.nasRoot, token })
  const print = { widthInches: 5, heightInches: 5, dpi: 300, fit: 'contain', namePattern: '{number}' } as const
  const add = async (shop: EngineShop): Promise<string> => {
    const template = { id: randomUUID(), shopId: shop.shopId, name: 'Sticker', ...print }
    return expectOk(await shop.engine.peer.call('saveTemplate', template)).templateId
  }
  const [design = '', other = ''] = await writeDesigns(colleague.drops, [1, 2])
  const there = await add(colleague)
  expect(await colleague.rest(await colleague.drop([design], {}, there))).toMatchObject([{ outcome: 'done' }])
  // The feed may have passed the colleague's design before the template was known here.
  await late.rest(await late.drop([other]))
  const here = await add(late)
  const receipt = await late.rest(await late.drop([design], {}, here))
  expect(receipt).toMatchObject([{ outcome: 'skipped', reason: 'exact duplicate of design 1.png' }])
})

test('a template’s name is one of its shop’s: a second one is refused in words', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const [setup] = expectOk(await shop.engine.peer.call('listShops', null))
  const [template] = setup?.templates ?? []
  if (template === undefined) throw new Error('the shop has no template')
  const refused = await shop.engine.peer.call('saveTemplate', { ...template, id: 'another', dpi: 401 })
  expect(refused).toMatchObject({ ok: false, failure: { code: 'configuration' } })
  const nameless = await shop.engine.peer.call('saveTemplate', { ...template, id: 'another', name: ' .. ' })
  expect(nameless).toMatchObject({ ok: false, failure: { detail: { says: 'name-without-letters' } } })
  const stranger = await shop.engine.peer.call('saveTemplate', { ...template, id: 'another', shopId: 'nobody' })
  expect(stranger).toMatchObject({ ok: false, failure: { code: 'configuration' } })
  expectOk(await shop.engine.peer.call('saveTemplate', { ...template, dpi: 400 }))
})

test('[two instances] a second engine on a data folder is refused by name, and the first goes on', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  {
    await using second = startEngine(shop.dataDir)
    const refused = await second.peer.call('status', null)
    expect(refused).toMatchObject({ ok: false, failure: { code: 'data-folder-in-use' } })
    if (!refused.ok)
      expect(describeFailure(refused.failure)).toContain(`${shop.dataDir}, by process ${shop.engine.pid}`)
  }
  const [design = ''] = await writeDesigns(shop.drops, [1])
  expect(await shop.rest(await shop.drop([design]))).toMatchObject([{ outcome: 'done' }])
})
