import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { failure } from '../../src/shared/domain/failure.ts'
import type { Undone } from '../../src/shared/domain/match.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { sampleRecord } from '../support/sample-record.ts'

const { sshd, backend } = await shareServers()
const DAY_MS = 24 * 3600_000

interface Replaced extends AsyncDisposable {
  readonly shop: EngineShop
  readonly token: string
  readonly batchId: string
  readonly itemId: string
  readonly original: string
  readonly edit: string
  /** On the NAS. */
  readonly folder: string
}

/** A shop in which a look-alike of the only design has taken its place. */
async function replaceOne(): Promise<Replaced> {
  const token = await backend.addShop(`team ${randomUUID()}`)
  const shop = await openEngineShop({ sshd, backend, token })
  const [original = ''] = await writeDesigns(shop.drops, [1])
  await shop.rest(await shop.drop([original]))
  const edit = join(shop.drops, 'brighter.png')
  await sharp(original).modulate({ brightness: 1.05 }).png({ compressionLevel: 0 }).toFile(edit)
  const batchId = await shop.drop([edit])
  await shop.rest(batchId)
  const [item] = await shop.items(batchId)
  const itemId = item?.id ?? ''
  await replace(shop, itemId)
  expect(await shop.rest(batchId)).toMatchObject([
    { outcome: 'done', reason: expect.stringMatching(/^replaced design 1\.png; the old file is kept until \d{4}-/) },
  ])
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  const ends = () => shop[Symbol.asyncDispose]()
  return { shop, token, batchId, itemId, original, edit, folder, [Symbol.asyncDispose]: ends }
}

async function replace(shop: EngineShop, itemId: string): Promise<void> {
  expectOk(await shop.engine.peer.call('decide', { itemIds: [itemId], decision: 'replace' }))
}

async function undo(shop: EngineShop, itemId: string): Promise<Undone> {
  return expectOk(await shop.engine.peer.call('undoDecisions', { itemIds: [itemId] }))
}

const outcomeOf = async (shop: EngineShop, path: string) => (await shop.rest(await shop.drop([path])))[0]

/** What has the design's name, and what else lies there. */
async function onNas(folder: string): Promise<{ readonly design: Buffer; readonly others: readonly string[] }> {
  const names = await readdir(folder)
  const [name = ''] = names.filter((one) => !one.startsWith('.'))
  return { design: await readFile(join(folder, name)), others: names.filter((one) => one !== name) }
}

test('a replacement that is taken back: the old file, its design and its record are there again, at a colleague too', async () => {
  await using replaced = await replaceOne()
  const { shop, token, batchId, itemId, original, edit, folder } = replaced
  await using colleague = await openEngineShop({ sshd, backend, token, nasRoot: shop.nasRoot })
  expect(await outcomeOf(colleague, edit)).toMatchObject({ outcome: 'skipped' })
  expect((await onNas(folder)).others).toEqual([`.galley-${itemId}.old`])

  expect(await undo(shop, itemId)).toEqual({ reopened: [itemId], kept: [], refused: [] })
  expect(await onNas(folder)).toEqual({ design: await readFile(original), others: [] })
  expect(await shop.items(batchId)).toMatchObject([{ stage: 'review', decision: null, matches: [{ kind: 'near' }] }])
  expect(await outcomeOf(shop, original)).toMatchObject({ outcome: 'skipped', reason: /^exact/ })
  await expect
    .poll(async () => (await shop.records()).map(({ originalName }) => originalName))
    .toEqual(['design 1.png'])
  await colleague.killAndRestart()
  expect(await outcomeOf(colleague, original)).toMatchObject({ outcome: 'skipped', reason: /^exact/ })
  expect(await outcomeOf(colleague, edit)).toMatchObject({ outcome: 'pending', reason: /^review/ })

  // It may be replaced once more, by the same item, and that be taken back.
  await replace(shop, itemId)
  expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'done' }])
  expect(await onNas(folder)).toEqual({ design: await readFile(edit), others: [`.galley-${itemId}.old`] })
  await expect.poll(async () => (await shop.records()).map(({ id }) => id)).toEqual([itemId])
  expect(await undo(shop, itemId)).toMatchObject({ reopened: [itemId] })
  expect(await onNas(folder)).toEqual({ design: await readFile(original), others: [] })
})

test('[replaced file gone] what cannot be brought back is said, and nothing changes', async () => {
  await using replaced = await replaceOne()
  const { shop, batchId, itemId, edit, folder } = replaced
  await shop.reach({ nas: { port: 1 } })
  await shop.killTransferWorker()
  // Its end may be told a moment later.
  const unreachable = { refused: [{ itemId, failure: { code: 'nas-unreachable' } }] }
  await expect.poll(() => undo(shop, itemId)).toMatchObject(unreachable)
  const old = await readFile(join(folder, `.galley-${itemId}.old`))
  await rm(join(folder, `.galley-${itemId}.old`))
  await shop.reach({ nas: { port: sshd.port } })
  // What was begun may be settled at this moment.
  const gone = { refused: [{ failure: { code: 'design-gone' } }] }
  await expect.poll(() => undo(shop, itemId)).toMatchObject(gone)
  expect(await shop.items(batchId)).toMatchObject([{ stage: 'done', replaced: { keptUntil: null } }])
  expect(await onNas(folder)).toEqual({ design: await readFile(edit), others: [] })
  expect((await shop.records()).map(({ id }) => id)).toEqual([itemId])
  expect(old.length).toBeGreaterThan(0)
})

test("a colleague's file that has the name meanwhile stays", async () => {
  await using replaced = await replaceOne()
  const { shop, itemId, folder } = replaced
  const [name = ''] = (await readdir(folder)).filter((one) => !one.startsWith('.'))
  await writeFile(join(folder, name), 'made by hand')
  expect(await undo(shop, itemId)).toMatchObject({ refused: [{ failure: { code: 'design-altered' } }] })
  expect(await readFile(join(folder, name), 'utf8')).toBe('made by hand')
})

test.each([
  ['before anything was asked of the NAS', false],
  ['when the NAS had done it', true],
])('[killed while it replaced] an undo that was cut %s is ended by the next engine', async (_when, isDone) => {
  await using replaced = await replaceOne()
  const { shop, batchId, itemId, original, folder } = replaced
  const [name = ''] = (await readdir(folder)).filter((one) => !one.startsWith('.'))
  await shop.reach({ nas: { port: 1 } })
  await shop.killAndRestart((catalog) => void catalog.prepare(`UPDATE replaced_designs SET state = 'undoing'`).run())
  if (isDone) await rename(join(folder, `.galley-${itemId}.old`), join(folder, name))
  await shop.reach({ nas: { port: sshd.port } })
  await shop.until(batchId, ([item]) => item?.stage === 'review')
  expect(await onNas(folder)).toEqual({ design: await readFile(original), others: [] })
  await expect
    .poll(async () => (await shop.records()).map(({ originalName }) => originalName))
    .toEqual(['design 1.png'])
})

test.each([
  ['between the two renames', null],
  ['after them, with a print file', 'what was made of it'],
])('[killed while it replaced] an item that failed %s gives the old file its name back', async (_when, print) => {
  await using replaced = await replaceOne()
  const { shop, batchId, itemId, original, edit, folder } = replaced
  expect(await undo(shop, itemId)).toMatchObject({ reopened: [itemId] })
  await shop.reach({ nas: { port: 1 } })
  await replace(shop, itemId)
  await shop.until(batchId, ([item]) => item?.stage === 'waiting')
  const [name = ''] = (await readdir(folder)).filter((one) => !one.startsWith('.'))
  await rename(join(folder, name), join(folder, `.galley-${itemId}.old`))
  const sent = print ?? (await readFile(edit))
  if (print !== null) await writeFile(join(folder, name), print)
  await shop.killAndRestart((catalog) => {
    const failed = { failure: failure('connection-lost'), stored: null }
    catalog
      .prepare(
        `UPDATE items SET stage = 'failed', state = ?, number = 1, final_name = ?, intent_attempt = 2, upload_attempt = 2,
           intent_sha256 = ? WHERE id = ?`,
      )
      .run(JSON.stringify(failed), name, createHash('sha256').update(sent).digest(), itemId)
  })
  await shop.reach({ nas: { port: sshd.port } })
  await vi.waitFor(async () => expect(await readdir(folder)).toEqual([name]), 20_000)
  expect(await readFile(join(folder, name))).toEqual(await readFile(original))
})

test('a replaced file is kept though its batch is cleared, over a restart as well, and brings the batch back', async () => {
  await using replaced = await replaceOne()
  const { shop, itemId, folder } = replaced
  const { batchIds } = expectOk(await shop.engine.peer.call('clearEnded', { withFailed: false }))
  await shop.killAndRestart()
  const shown = async () => expectOk(await shop.engine.peer.call('status', null)).batches.map(({ id }) => id)
  expect(await shown()).not.toEqual(expect.arrayContaining([...batchIds]))
  expect((await onNas(folder)).others).toHaveLength(1)
  expect(await undo(shop, itemId)).toMatchObject({ reopened: [itemId] })
  expect(batchIds).toEqual(expect.arrayContaining(await shown()))
})

test('after a week it goes; one of a workstation that is not known is kept as long from when it was seen first', async () => {
  await using replaced = await replaceOne()
  const { shop, folder } = replaced
  const foreign = `.galley-${randomUUID()}.old`
  await writeFile(join(folder, foreign), 'kept elsewhere')
  await shop.killAndRestart((catalog) => {
    catalog.prepare('UPDATE replaced_designs SET replaced_at = replaced_at - ?').run(7 * DAY_MS)
  })
  await vi.waitFor(async () => expect((await onNas(folder)).others).toEqual([foreign]), 20_000)
  const store = async (seed: number): Promise<void> => {
    await shop.rest(await shop.drop(await writeDesigns(join(shop.drops, String(seed)), [seed])))
  }
  await store(2)
  const seen = () => (catalog: { prepare(sql: string): { run(): unknown } }) =>
    void catalog.prepare(`UPDATE seen_kept_files SET seen_at = seen_at - ${8 * DAY_MS}`).run()
  expect(await readdir(folder)).toContain(foreign)
  await shop.killAndRestart(seen())
  await store(3)
  await vi.waitFor(async () => expect(await readdir(folder)).not.toContain(foreign), 20_000)
})

test('a design that is gone, whatever stood there before, is known no longer to who had heard of it', async () => {
  const token = await backend.addShop(`team ${randomUUID()}`)
  const client = backend.client(token)
  const { signal } = new AbortController()
  const gone = sampleRecord(1, { replaces: randomUUID() })
  expectOk(await client.sendBatch('k1', [gone], signal))
  await using shop = await openEngineShop({ sshd, backend, token })
  const known = async () => expectOk(await shop.engine.peer.call('listShops', null))[0]?.designCount
  // A drop has the feed read.
  const listen = async () => shop.rest(await shop.drop([join(shop.drops, 'nothing here.png')]))
  await listen()
  await expect.poll(known).toBe(1)
  const undone = { id: randomUUID(), designId: gone.id, replaced: gone.replaces ?? '' }
  expectOk(await client.sendUndone('k2', [undone], signal))
  await shop.killAndRestart()
  await listen()
  await expect.poll(known).toBe(0)
})
