import { randomUUID } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import type { Decision, Undone } from '../../src/shared/domain/match.ts'
import { DEFAULT_NAME_PATTERN } from '../../src/shared/domain/shop.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

const { sshd, backend } = await shareServers()

/** A shop that knows `design 1.png`, and a file that looks like it. */
async function openShopWithLookAlike(): Promise<EngineShop & { readonly original: string; readonly edit: string }> {
  const shop = await openEngineShop({ sshd, backend })
  const [original = ''] = await writeDesigns(shop.drops, [1])
  await shop.rest(await shop.drop([original]))
  return Object.assign(shop, { original, edit: await brighten(original, 'brighter.png') })
}

async function brighten(path: string, name: string, brightness = 1.05): Promise<string> {
  const edit = join(path, '..', name)
  await sharp(path).modulate({ brightness }).png({ compressionLevel: 0 }).toFile(edit)
  return edit
}

async function decide(shop: EngineShop, batchId: string, decision: Decision): Promise<string> {
  const [item] = await shop.items(batchId)
  expect(item?.stage).toBe('review')
  expectOk(await shop.engine.peer.call('decide', { itemIds: [item?.id ?? ''], decision }))
  return item?.id ?? ''
}

async function undo(shop: EngineShop, itemId: string): Promise<Undone> {
  return expectOk(await shop.engine.peer.call('undoDecisions', { itemIds: [itemId] }))
}

async function dropAlone(shop: EngineShop, path: string, templateId?: string): Promise<ReceiptLine | undefined> {
  return (await shop.rest(await shop.drop([path], {}, templateId)))[0]
}

async function addTemplate(shop: EngineShop): Promise<string> {
  const [id, { shopId }] = [randomUUID(), shop]
  const print = {
    widthInches: 9,
    heightInches: 4,
    dpi: 300,
    fit: 'contain',
    namePattern: DEFAULT_NAME_PATTERN,
  } as const
  expectOk(await shop.engine.peer.call('saveTemplate', { id, shopId, name: `Template ${id}`, ...print }))
  return id
}

const filesIn = (folder: string): Promise<string[]> =>
  readdir(folder, { recursive: true, withFileTypes: true }).then((found) =>
    found.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort(),
  )

describe('what was said of look-alikes', () => {
  test('two artworks that are no duplicates are never asked about again, whichever of them is dropped', async () => {
    await using shop = await openShopWithLookAlike()
    const batchId = await shop.drop([shop.edit])
    await shop.rest(batchId)
    await decide(shop, batchId, 'not-duplicate')
    expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'done' }])
    expect(await dropAlone(shop, shop.edit)).toMatchObject({
      outcome: 'skipped',
      reason: 'exact duplicate of brighter.png',
    })
    // As designs of another template the two meet anew, the other way round.
    const other = await addTemplate(shop)
    expect(await dropAlone(shop, shop.edit, other)).toMatchObject({ outcome: 'done' })
    expect(await dropAlone(shop, shop.original, other)).toMatchObject({ outcome: 'done' })
  })

  test('a file that was skipped is skipped again when it comes again, and says so; another look-alike is asked about', async () => {
    await using shop = await openShopWithLookAlike()
    const batchId = await shop.drop([shop.edit])
    await shop.rest(batchId)
    await decide(shop, batchId, 'skip')
    expect(await dropAlone(shop, shop.edit)).toMatchObject({
      outcome: 'skipped',
      reason: 'skipped before: near duplicate of design 1.png',
    })
    const another = await brighten(shop.original, 'darker.png', 0.95)
    expect(await dropAlone(shop, another)).toMatchObject({ outcome: 'pending' })
    // Who says that look-alikes are kept is not held to what was said before.
    const kept = await shop.drop([shop.edit], { onSimilar: 'keep' })
    expect(await shop.rest(kept)).toMatchObject([{ outcome: 'done' }])
  })

  test('a colleague is not asked what was said already, and is asked again when it was taken back', async () => {
    const token = await backend.addShop(`team ${randomUUID()}`)
    await using ana = await openEngineShop({ sshd, backend, token })
    const [original = ''] = await writeDesigns(ana.drops, [1])
    const edits = await Promise.all([1.04, 1.06].map((by, n) => brighten(original, `edit ${n}.png`, by)))
    await ana.rest(await ana.drop([original]))
    const asked = await ana.drop(edits)
    await ana.rest(asked)
    const itemIds = (await ana.items(asked)).map(({ id }) => id)
    expectOk(await ana.engine.peer.call('decide', { itemIds, decision: 'skip' }))
    expect(await undo(ana, itemIds[1] ?? '')).toMatchObject({ reopened: [itemIds[1]] })
    await ana.rest(asked)
    await using ben = await openEngineShop({ sshd, backend, token, nasRoot: ana.nasRoot })
    expect((await ben.rest(await ben.drop(edits))).map(({ outcome }) => outcome)).toEqual(['skipped', 'pending'])
  })

  test('what was said while the backend was away is told when it is there again', async () => {
    await using shop = await openShopWithLookAlike()
    await shop.reach({ backendUrl: 'http://127.0.0.1:9' })
    const batchId = await shop.drop([shop.edit])
    await shop.rest(batchId)
    await decide(shop, batchId, 'skip')
    const waiting = async (): Promise<number> => expectOk(await shop.engine.peer.call('status', null)).outboxCount
    expect(await waiting()).toBe(1)
    await shop.killAndRestart()
    await shop.reach({ backendUrl: backend.url })
    await expect.poll(waiting, { timeout: 20_000 }).toBe(0)
  })
})

describe('a decision that is taken back', () => {
  test('stops the upload: the file is in review again, nothing of it is stored, and its number goes to the next', async () => {
    await using shop = await openShopWithLookAlike()
    await shop.limit(16_000)
    const batchId = await shop.drop([shop.edit])
    await shop.rest(batchId)
    const itemId = await decide(shop, batchId, 'keep')
    await shop.until(batchId, ([item]) => item?.stage === 'uploading')
    expect(await undo(shop, itemId)).toEqual({ reopened: [itemId], kept: [], refused: [] })
    expect(await shop.items(batchId)).toMatchObject([{ stage: 'review', decision: null, matches: [{ kind: 'near' }] }])
    await shop.limit(null)
    await decide(shop, batchId, 'skip')
    expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'skipped' }])
    const [next = ''] = await writeDesigns(shop.drops, [2])
    await dropAlone(shop, next)
    expect(await filesIn(shop.nasRoot)).toEqual(['UV 1 UVDTF 16oz_1.png', 'UV 2 UVDTF 16oz_2.png'])
  })

  test('opens a batch that had ended with a skip', async () => {
    await using shop = await openShopWithLookAlike()
    const batchId = await shop.drop([shop.edit])
    await shop.rest(batchId)
    const itemId = await decide(shop, batchId, 'skip')
    await shop.rest(batchId)
    expect(await undo(shop, itemId)).toEqual({ reopened: [itemId], kept: [], refused: [] })
    expect(await shop.batch(batchId)).toMatchObject({ state: 'active', counts: { review: 1, skipped: 0 } })
    await decide(shop, batchId, 'keep')
    expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'done' }])
  })

  test('leaves what is on the NAS where it is, and forgets what was remembered of it', async () => {
    await using shop = await openShopWithLookAlike()
    const batchId = await shop.drop([shop.edit])
    await shop.rest(batchId)
    const itemId = await decide(shop, batchId, 'not-duplicate')
    await shop.rest(batchId)
    expect(await undo(shop, itemId)).toEqual({ reopened: [], kept: [itemId], refused: [] })
    expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'done' }])
    const other = await addTemplate(shop)
    await dropAlone(shop, shop.original, other)
    expect(await dropAlone(shop, shop.edit, other)).toMatchObject({ outcome: 'pending' })
  })

  test('[killed] a twin that waited for the upload takes its place, and a killed engine remembers both', async () => {
    await using shop = await openShopWithLookAlike()
    await shop.limit(16_000)
    const first = await shop.drop([shop.edit])
    await shop.rest(first)
    const itemId = await decide(shop, first, 'keep')
    const second = await shop.drop([shop.edit])
    await shop.until(second, ([item]) => item?.stage === 'matching')
    await shop.killAndRestart()
    await shop.until(first, ([item]) => item?.stage === 'uploading' || item?.stage === 'verifying')
    await undo(shop, itemId)
    await shop.until(second, ([item]) => item?.stage === 'review')
    await shop.killAndRestart()
    expect(await shop.items(first)).toMatchObject([{ stage: 'review' }])
    expect(await shop.items(second)).toMatchObject([{ stage: 'review' }])
  })
})

describe('a design that takes the place of another', () => {
  test('has its number and name on the NAS, alone, here, in the backend and at a colleague', async () => {
    const token = await backend.addShop(`team ${randomUUID()}`)
    await using shop = await openEngineShop({ sshd, backend, token })
    const [original = '', next = ''] = await writeDesigns(shop.drops, [1, 2])
    await shop.rest(await shop.drop([original]))
    await using colleague = await openEngineShop({ sshd, backend, token, nasRoot: shop.nasRoot })
    expect(await dropAlone(colleague, original)).toMatchObject({ outcome: 'skipped' })
    const names = await filesIn(shop.nasRoot)

    const edit = await brighten(original, 'better.png')
    const batchId = await shop.drop([edit])
    await shop.rest(batchId)
    await decide(shop, batchId, 'replace')
    expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'done', remotePath: expect.stringMatching(/UV 1 /) }])
    expect(await filesIn(shop.nasRoot)).toEqual([expect.stringMatching(/\.old$/), ...names])
    expect(await shop.differences(batchId, [edit])).toEqual([])
    // The old one is known no longer, so that it is a look-alike of the new one like any other.
    expect(await dropAlone(shop, original)).toMatchObject({ outcome: 'pending' })
    expect(await dropAlone(shop, edit)).toMatchObject({ outcome: 'skipped' })
    expect(await dropAlone(shop, next)).toMatchObject({ outcome: 'done', remotePath: expect.stringMatching(/UV 2 /) })
    await colleague.killAndRestart()
    expect(await dropAlone(colleague, original)).toMatchObject({ outcome: 'pending' })
  })

  test('stays as it was when the file on the NAS is not that design any more', async () => {
    await using shop = await openShopWithLookAlike()
    const batchId = await shop.drop([shop.edit])
    await shop.rest(batchId)
    const [name = ''] = await filesIn(shop.nasRoot)
    const [path = ''] = (await readdir(shop.nasRoot, { recursive: true })).filter((found) => found.endsWith(name))
    await writeFile(join(shop.nasRoot, path), 'made by hand')
    await decide(shop, batchId, 'replace')
    expect(await shop.rest(batchId)).toMatchObject([
      { outcome: 'failed', reason: expect.stringContaining('design-altered') },
    ])
    expect(await readFile(join(shop.nasRoot, path), 'utf8')).toBe('made by hand')
    // Its number is not given to another.
    const [next = ''] = await writeDesigns(shop.drops, [2])
    expect(await dropAlone(shop, next)).toMatchObject({ outcome: 'done', remotePath: expect.stringMatching(/UV 2 /) })
  })

  test('is not one of another format, or one of several', async () => {
    await using shop = await openShopWithLookAlike()
    const jpeg = join(shop.drops, 'better.jpg')
    await sharp(shop.edit).flatten({ background: '#fff' }).jpeg({ quality: 95 }).toFile(jpeg)
    const batchId = await shop.drop([jpeg, shop.edit])
    await shop.rest(batchId)
    const ids = (await shop.items(batchId)).map(({ id }) => id)
    const replace = (itemIds: string[]) => shop.engine.peer.call('decide', { itemIds, decision: 'replace' })
    expect(await replace(ids.slice(0, 1))).toMatchObject({ failure: { code: 'cannot-replace' } })
    expect(await replace(ids)).toMatchObject({ failure: { code: 'cannot-replace' } })
    expect((await shop.items(batchId)).map(({ stage }) => stage)).toEqual(['review', 'review'])
  })

  test('is stored once and recorded, wherever the engine is killed', async () => {
    await using shop = await openShopWithLookAlike()
    const batchId = await shop.drop([shop.edit])
    await shop.rest(batchId)
    await decide(shop, batchId, 'replace')
    await shop.killAndRestart()
    expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'done', remotePath: expect.stringMatching(/UV 1 /) }])
    expect(await filesIn(shop.nasRoot)).toEqual([expect.stringMatching(/\.old$/), expect.stringMatching(/^UV 1 /)])
    expect(await shop.differences(batchId, [shop.edit])).toEqual([])
  })
})
