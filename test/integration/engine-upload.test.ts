import { appendFile, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { vastPng } from '../support/bad-pictures.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { sha256Of } from '../support/transfer-worker.ts'

const { sshd, backend } = await shareServers()

/** Drops while the NAS is away, and waits until `waiting` items wait for it. */
async function dropWhileAway(shop: EngineShop, paths: readonly string[], waiting: number): Promise<string> {
  await shop.reach({ nas: { port: 1 } })
  const batchId = await shop.drop(paths)
  await shop.until(
    batchId,
    (items) => items.filter(({ stage, hold }) => stage === 'waiting' && hold).length === waiting,
  )
  return batchId
}

describe('the engine', () => {
  test('brings every design of a folder to the NAS and to the backend, once, and says so', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    const sources = [
      ...(await writeDesigns(shop.drops, [1, 2, 3, 4])),
      ...(await writeDesigns(join(shop.drops, 'more'), [5, 6, 7])),
    ]
    await writeFile(join(shop.drops, 'Thumbs.db'), 'junk')
    const batchId = await shop.drop([shop.drops])
    expect(await shop.differences(batchId, sources)).toEqual([])
    const receipt = await shop.rest(batchId)
    expect(receipt.every(({ durable, verifiedBy }) => durable === true && verifiedBy === 'read-back')).toBe(true)
    expect(await shop.batch(batchId)).toMatchObject({ state: 'ended', ignoredCount: 1, counts: { done: 7 } })
    // The log has the course of it.
    const log = await readFile(join(shop.dataDir, 'logs', 'engine.log'), 'utf8')
    const lines = log.split('\n').flatMap((line): Record<string, unknown>[] => (line === '' ? [] : [JSON.parse(line)]))
    const events = lines.map(({ event }) => event)
    expect(lines.filter(({ event }) => event === 'batch begun' || event === 'batch ended')).toMatchObject([
      { event: 'batch begun', batch: batchId },
      { event: 'batch ended', batch: batchId, done: 7, failed: 0 },
    ])
    expect(events.filter((event) => event === 'file stored')).toHaveLength(7)
    expect(events).toContain('chunk recorded')
    const metrics = await (await fetch(`${backend.url}/metrics`)).text()
    expect(metrics).toMatch(/^galley_upload_seconds_count [1-9]/m)
    expect(metrics).toMatch(/^galley_matching_seconds_count [1-9]/m)
  })

  test('what a link leads to outside of the dropped folder is taken in when a person says so, and not before', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    const mine = join(shop.drops, 'mine')
    const inside = await writeDesigns(mine, [1, 2])
    const outside = await writeDesigns(join(shop.drops, 'private'), [3, 4])
    await symlink(join(shop.drops, 'private'), join(mine, 'link'))
    const batchId = await shop.drop([mine])
    expect(await shop.differences(batchId, inside)).toEqual([])
    expect(await shop.batch(batchId)).toMatchObject({ state: 'ended', linksOut: 1, counts: { done: 2 } })
    expectOk(await shop.engine.peer.call('takeLinks', { batchId }))
    await shop.rest(batchId)
    expect(await shop.batch(batchId)).toMatchObject({ state: 'ended', linksOut: 0, counts: { done: 4 } })
    const linked = outside.map((path) => join(mine, 'link', basename(path)))
    expect(await shop.differences(batchId, [...inside, ...linked])).toEqual([])
    // Nothing is left to take.
    expectOk(await shop.engine.peer.call('takeLinks', { batchId }))
    expect((await shop.batch(batchId)).state).toBe('ended')
  })

  test('[double drop] a folder dropped twice at once is uploaded once', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    await writeDesigns(shop.drops, [1, 2, 3])
    const batches = await Promise.all([shop.drop([shop.drops]), shop.drop([shop.drops])])
    const receipts = await Promise.all(batches.map((batchId) => shop.rest(batchId)))
    const outcomes = receipts.flat().map(({ outcome }) => outcome)
    expect(outcomes.sort()).toEqual(['done', 'done', 'done', 'skipped', 'skipped', 'skipped'])
    expect(await shop.records()).toHaveLength(3)
    expect(await filesIn(shop.nasRoot)).toHaveLength(3)
  })

  test('[file removed] a twin waits for the first, and takes its place when the first fails', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    const [first = ''] = await writeDesigns(shop.drops, [1])
    const twin = join(shop.drops, 'twin.png')
    await copyFile(first, twin)
    const batchId = await dropWhileAway(shop, [shop.drops], 1)
    // Rest is found although the twin waits for nothing that it could tell by itself.
    expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(['pending', 'pending'])
    await rm(first)
    await shop.reach({ nas: { port: sshd.port } })
    const receipt = await shop.rest(batchId)
    expect(receipt).toMatchObject([
      { outcome: 'failed', reason: 'source-gone' },
      { outcome: 'done', sourcePath: twin },
    ])
    expect(await filesIn(shop.nasRoot)).toEqual(['UV 1 UVDTF 16oz_1.png'])
  })

  test('a twin of a paused batch’s design does not keep the command of its own batch waiting', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    const [design = ''] = await writeDesigns(shop.drops, [1])
    const first = await dropWhileAway(shop, [design], 1)
    expectOk(await shop.engine.peer.call('pause', { batchId: first }))
    await shop.reach({ nas: { port: sshd.port } })
    const second = await shop.drop([design])
    expect(await shop.rest(second)).toMatchObject([{ outcome: 'pending', reason: 'matching' }])
    expectOk(await shop.engine.peer.call('cancel', { batchId: first }))
    expect(await shop.rest(second)).toMatchObject([{ outcome: 'done' }])
    expect(await shop.rest(first)).toMatchObject([{ outcome: 'cancelled' }])
  })

  test('near duplicates wait for a person, who keeps one and skips the other', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    const [known = ''] = await writeDesigns(shop.drops, [1])
    await shop.rest(await shop.drop([known]))
    const edits = ['brighter.png', 'darker.png'].map((name) => join(shop.drops, name))
    await Promise.all(
      edits.map((path, i) =>
        sharp(known)
          .modulate({ brightness: 1.05 - i / 10 })
          .png()
          .toFile(path),
      ),
    )
    const batchId = await shop.drop(edits)
    const held = await shop.rest(batchId)
    expect(held.map(({ outcome }) => outcome)).toEqual(['pending', 'pending'])
    expect(held[0]?.reason).toBe('review: resembles design 1.png')
    const [keep, skip] = (await shop.items(batchId)).map(({ id }) => id)
    expectOk(await shop.engine.peer.call('decide', { itemIds: [keep ?? ''], decision: 'keep' }))
    expectOk(await shop.engine.peer.call('decide', { itemIds: [skip ?? ''], decision: 'skip' }))
    // A double click changes nothing.
    expectOk(await shop.engine.peer.call('decide', { itemIds: [keep ?? ''], decision: 'skip' }))
    expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(['done', 'skipped'])
    expect(await shop.records()).toHaveLength(2)
  })

  test('[bomb, truncated, empty, wrong extension] each of 50 broken files fails with its reason, and the good ones among them are stored', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    const good = await writeDesigns(shop.drops, [1, 2])
    const whole = await readFile(good[0] ?? '')
    const kinds = {
      'empty-file': Buffer.alloc(0),
      'unsupported-format': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'damaged-image': whole.subarray(0, Math.floor(whole.length / 2)),
      'too-many-pixels': vastPng(40_000, 40_000, 2),
      'aspect-ratio': vastPng(6_000, 10, 2),
    }
    const sent: string[] = []
    for (const [reason, bytes] of Object.entries(kinds)) {
      for (let n = 0; n < 10; n += 1) {
        const path = join(shop.drops, `${reason} ${n}.png`)
        await writeFile(path, bytes)
        sent.push(path)
      }
    }
    const receipt = await shop.rest(await shop.drop([shop.drops]))
    const reasons = receipt
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ fileName, reason }) => [fileName, reason])
    expect(reasons).toHaveLength(sent.length)
    for (const [fileName, reason] of reasons) expect(fileName?.replace(/ \d.png$/, '')).toBe(reason)
    expect(receipt.filter(({ outcome }) => outcome === 'done').map(({ sourcePath }) => sourcePath)).toEqual(good)
  })

  test('[file edited in the upload] a file that is edited after it was examined is stored as it is now', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    const [path = ''] = await writeDesigns(shop.drops, [1])
    const batchId = await dropWhileAway(shop, [path], 1)
    const [other = ''] = await writeDesigns(join(shop.drops, 'new'), [2])
    await copyFile(other, path)
    await appendFile(path, 'a trailer, so that its length is another too')
    await shop.reach({ nas: { port: sshd.port } })
    const receipt = await shop.rest(batchId)
    expect(receipt).toMatchObject([{ outcome: 'done', sha256: await sha256Of(path) }])
    expect(await shop.differences(batchId, [path])).toEqual([])
  })

  test.each([1, 3])('a NAS gets no more than %i connections and verifies as its shop says', async (maxConnections) => {
    await using proxy = await startChaosProxy(sshd)
    await using shop = await openEngineShop({ sshd, backend })
    await shop.reachBy(proxy)
    await shop.reach({ nas: { port: proxy.port, maxConnections, verify: 'remote-hash' } })
    proxy.chaos.delayMs = 20
    const numbers = Array.from({ length: 30 }, (_, n) => n)
    const receipt = await shop.rest(
      await shop.drop(await writeDesigns(shop.drops, numbers), { onSimilar: 'keep', onDuplicate: 'keep' }),
    )
    expect(receipt.map(({ verifiedBy }) => verifiedBy)).toEqual(numbers.map(() => 'remote-hash'))
    expect(proxy.accepted).toBe(maxConnections)
  })

  test('drops with nothing in them, or with nothing that can be read, end at once', async () => {
    await using shop = await openEngineShop({ sshd, backend })
    const empty = join(shop.drops, 'empty')
    await mkdir(empty)
    const batchId = await shop.drop([empty])
    expect(await shop.rest(batchId)).toEqual([])
    expect((await shop.batch(batchId)).state).toBe('ended')
    const gone = await shop.drop([join(shop.drops, 'gone.png')])
    expect(await shop.rest(gone)).toMatchObject([{ outcome: 'failed', reason: 'source-gone' }])
    expect((await shop.batch(gone)).state).toBe('ended')
  })
})

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}
