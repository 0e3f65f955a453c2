import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { drawDesign } from '../../src/practice/draw-design.ts'
import type { ItemView } from '../../src/shared/domain/batch.ts'
import type { KeptTwin, RefusedItem } from '../../src/shared/domain/match.ts'
import { twinQuestions } from '../../src/shared/domain/twin-questions.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

const { sshd, backend } = await shareServers()
const DAY_MS = 24 * 3600_000

/** Two workstations of a shop, and what lies in its folder on the NAS. */
interface Two extends AsyncDisposable {
  readonly colleague: EngineShop
  readonly shop: EngineShop
  readonly token: string
  readonly folder: string
  /** What the colleague dropped. */
  readonly paths: readonly string[]
  /** The batch that the other workstation stored meanwhile. */
  readonly batchId: string
}

/** A colleague stored designs, and so did the other workstation, to which the service did not answer. */
async function storeTwice(seeds: readonly number[], goOnline = true): Promise<Two> {
  const token = await backend.addShop(`team ${randomUUID()}`)
  const colleague = await openEngineShop({ sshd, backend, token })
  const shop = await openEngineShop({ sshd, backend, nasRoot: colleague.nasRoot, token })
  await connect(shop, 'nobody knows this one')
  const paths = await writeDesigns(colleague.drops, seeds)
  await colleague.rest(await colleague.drop(paths, { onSimilar: 'keep' }))
  const batchId = await shop.drop(paths, { onSimilar: 'keep' })
  await shop.rest(batchId)
  if (goOnline) {
    await connect(shop, token)
    await shop.until(batchId, (items) => items.every(({ twin }) => twin?.state === 'asked'))
  }
  return {
    colleague,
    shop,
    token,
    paths,
    batchId,
    folder: join(shop.nasRoot, 'Test shop', 'UVDTF 16oz'),
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]()
      await colleague[Symbol.asyncDispose]()
    },
  }
}

/** With a token that the service refuses nothing can be asked of it. */
async function connect(shop: EngineShop, token: string): Promise<void> {
  shop.secrets['backend-token'] = token
  expectOk(await shop.engine.peer.call('secretsChanged', { shopId: shop.shopId }))
}

async function settle({ shop, batchId }: Two, kept: KeptTwin): Promise<readonly RefusedItem[]> {
  const itemIds = (await shop.items(batchId)).map(({ id }) => id)
  return expectOk(await shop.engine.peer.call('settleTwins', { itemIds, kept }))
}

async function undo({ shop, batchId }: Two) {
  const itemIds = (await shop.items(batchId)).map(({ id }) => id)
  return expectOk(await shop.engine.peer.call('undoDecisions', { itemIds }))
}

async function onNas({
  folder,
}: Two): Promise<{ readonly designs: readonly string[]; readonly kept: readonly string[] }> {
  const names = await readdir(folder)
  const isKept = (name: string): boolean => name.startsWith('.galley-removed-')
  return { designs: names.filter((name) => !name.startsWith('.')).sort(), kept: names.filter(isKept) }
}

const recordedFiles = async ({ colleague }: Two) => (await colleague.records()).map(({ fileName }) => fileName).sort()

/** All that is on the NAS has a record, and nothing else has one. */
async function agrees(two: Two, designs: number, kept: number): Promise<void> {
  await expect.poll(async () => (await recordedFiles(two)).length, { timeout: 20_000 }).toBe(designs)
  await vi.waitFor(async () => {
    const found = await onNas(two)
    expect(found.designs).toEqual(await recordedFiles(two))
    expect(found.kept).toHaveLength(kept)
  }, 20_000)
}

test('[stored by both] what a colleague stored as well is one question for all of a batch, and taking back leaves theirs alone', async () => {
  await using two = await storeTwice([1, 2, 3, 4, 5, 6, 7, 8])
  const { colleague, shop, paths, batchId, folder } = two
  await expect
    .poll(() => shop.batch(batchId))
    .toMatchObject({ state: 'ended', twins: 8, counts: { done: 8, review: 0 } })
  const before = await onNas(two)
  expect([before.designs.length, before.kept]).toEqual([16, []])

  expect(await settle(two, 'theirs')).toEqual([])
  expect(await shop.batch(batchId)).toMatchObject({ twins: 0, counts: { done: 8 } })
  await agrees(two, 8, 8)
  const theirs = (await colleague.records()).map(({ fileName }) => join(folder, fileName))
  const bytes = async (of: readonly string[]) => (await Promise.all(of.map((path) => readFile(path, 'hex')))).sort()
  expect(await bytes(theirs)).toEqual(await bytes(paths))
  expect(await shop.items(batchId)).toMatchObject(
    Array(8).fill({ stage: 'done', twin: { state: 'withdrawn', keptUntil: expect.any(Number) } }),
  )
  expect((await shop.rest(batchId))[0]).toMatchObject({
    outcome: 'done',
    remotePath: null,
    recordId: null,
    reason: expect.stringMatching(/^taken back: /),
  })
  const again = await shop.rest(await shop.drop(paths, { onSimilar: 'keep' }))
  expect(again.map(({ outcome }) => outcome)).toEqual(Array(8).fill('skipped'))

  // All of them come back, are asked about again, and can both stay.
  expect((await undo(two)).reopened).toHaveLength(8)
  await agrees(two, 16, 0)
  await shop.until(batchId, (items) => items.every(({ twin }) => twin?.state === 'asked'))
  expect(await settle(two, 'both')).toEqual([])
  expect(await shop.batch(batchId)).toMatchObject({ twins: 0 })
  await agrees(two, 16, 0)
  await shop.killAndRestart()
  expect(await shop.items(batchId)).toMatchObject(Array(8).fill({ stage: 'done', twin: { state: 'kept' } }))
})

test('[stored by both] only the later one is asked, however both hear of each other', async () => {
  await using two = await storeTwice([1, 2])
  const { colleague } = two
  await colleague.rest(await colleague.drop([join(colleague.drops, 'nothing here.png')]))
  const { batches } = expectOk(await colleague.engine.peer.call('status', null))
  expect(batches.map(({ twins }) => twins)).toEqual(batches.map(() => 0))
})

test.each([
  ['before anything was asked of the NAS', 'withdrawing', false],
  ['when the NAS had done it', 'withdrawing', true],
  ['on its way back, before anything', 'reinstating', false],
  ['on its way back, when the NAS had done it', 'reinstating', true],
] as const)('[killed while it withdrew] what was cut %s is ended by the next engine', async (_when, state, isDone) => {
  await using two = await storeTwice([1])
  const { shop, batchId, folder } = two
  const [item] = await shop.items(batchId)
  const name = (item?.remotePath ?? '').split('/').at(-1) ?? ''
  const kept = `.galley-removed-${item?.id}-${name}`
  if (state === 'reinstating') {
    expect(await settle(two, 'theirs')).toEqual([])
    await agrees(two, 1, 1)
  }
  await shop.reach({ nas: { port: 1 } })
  await shop.killAndRestart((catalog) =>
    catalog
      .prepare('UPDATE twins SET state = ?, remote_path = ?, kept_path = ?')
      .run(state, join(folder, name), join(folder, kept)),
  )
  const [from, to] = state === 'withdrawing' ? [name, kept] : [kept, name]
  if (isDone) await rename(join(folder, from), join(folder, to))
  await shop.reach({ nas: { port: sshd.port } })
  await (state === 'withdrawing' ? agrees(two, 1, 1) : agrees(two, 2, 0))
  expect((await readdir(folder)).includes(to)).toBe(true)
})

test('[killed while it withdrew] killed at any moment, each file has one name and its record, or is kept without', async () => {
  await using two = await storeTwice([1, 2, 3, 4, 5, 6])
  const { shop, batchId } = two
  for (const afterMs of [15, 40, 80, 140]) {
    const itemIds = (await shop.items(batchId)).map(({ id }) => id)
    const settling = shop.engine.peer.call('settleTwins', { itemIds, kept: 'theirs' })
    const killing = new Promise((resolve) => setTimeout(resolve, afterMs)).then(() => shop.killAndRestart())
    await Promise.allSettled([settling, killing])
  }
  await vi.waitFor(async () => {
    await settle(two, 'theirs')
    expect((await onNas(two)).kept).toHaveLength(6)
  }, 20_000)
  await agrees(two, 6, 6)
  expect((await undo(two)).refused).toEqual([])
  await agrees(two, 12, 0)
})

test('[stored by both] where the colleague’s is no more by the time the service hears of it, ours has its name again', async () => {
  await using two = await storeTwice([1])
  const { shop, token, batchId } = two
  const [theirs, mine] = await shop.records()
  await connect(shop, 'nobody knows this one')
  expect(await settle(two, 'theirs')).toEqual([])
  expect((await onNas(two)).kept).toHaveLength(1)
  const over = { id: randomUUID(), designId: theirs?.id ?? '', twin: mine?.id ?? '' }
  const { outcomes } = expectOk(await backend.client(token).sendUndone('k', [over], AbortSignal.timeout(10_000)))
  expect(outcomes).toMatchObject([{ status: 'created' }])
  await connect(shop, token)
  await vi.waitFor(async () => expect((await onNas(two)).kept).toEqual([]), 20_000)
  expect((await recordedFiles(two)).length).toBe(1)
  expect((await shop.records()).map(({ id }) => id)).toEqual([mine?.id])
  await shop.until(batchId, ([item]) => item?.stage === 'done' && item.twin === null)
})

test('[stored by both] what cannot be taken back is said, and both stay as they were', async () => {
  await using two = await storeTwice([1])
  const { shop, batchId, folder } = two
  const [theirs] = (await shop.records()).map(({ fileName }) => join(folder, fileName))
  const bytes = await readFile(theirs ?? '')
  const [item] = await shop.items(batchId)
  await writeFile(theirs ?? '', 'cut short')
  expect(await settle(two, 'theirs')).toMatchObject([{ failure: { code: 'twin-gone' } }])
  expect(await shop.items(batchId)).toMatchObject([{ twin: { state: 'asked' } }])
  await writeFile(theirs ?? '', bytes)
  await shop.reach({ nas: { port: 1 } })
  await shop.killTransferWorker()
  await expect.poll(() => settle(two, 'theirs')).toMatchObject([{ failure: { code: 'nas-unreachable' } }])
  await shop.reach({ nas: { port: sshd.port } })
  // What may have been begun is settled by itself meanwhile.
  await vi.waitFor(async () => expect(await settle(two, 'theirs')).toEqual([]), 20_000)
  await agrees(two, 1, 1)
  await writeFile(item?.remotePath ?? '', 'made by hand')
  expect((await undo(two)).refused).toMatchObject([{ failure: { code: 'remote-conflict' } }])
  expect((await onNas(two)).kept).toHaveLength(1)
})

test('[stored by both] kept for a week, then it goes; a colleague drops one as old whose design is no more', async () => {
  await using two = await storeTwice([1, 2])
  const { colleague, shop, folder } = two
  expect(await settle(two, 'theirs')).toEqual([])
  await agrees(two, 2, 2)
  const isKept = async (): Promise<number> => (await onNas(two)).kept.length
  const [stands] = await colleague.records()
  const standing = `.galley-removed-${stands?.id}-a.png`
  await writeFile(join(folder, standing), 'of a design that the shop has')
  const store = async (seed: number): Promise<void> => {
    const paths = await writeDesigns(join(colleague.drops, String(seed)), [seed])
    await colleague.rest(await colleague.drop(paths, { onSimilar: 'keep' }))
  }
  await colleague.killAndRestart()
  const known = async () => expectOk(await colleague.engine.peer.call('listShops', null))[0]?.designCount
  await expect.poll(known, { timeout: 20_000 }).toBe(2)
  await store(11)
  expect(await isKept()).toBe(3)
  await colleague.killAndRestart((catalog) => {
    catalog.prepare('UPDATE seen_kept_files SET seen_at = seen_at - ?').run(8 * DAY_MS)
  })
  await store(12)
  await vi.waitFor(async () => expect((await onNas(two)).kept).toEqual([standing]), 20_000)
  // Its own workstation finds nothing left to drop, and that the file cannot come back.
  await shop.killAndRestart((catalog) => {
    catalog.prepare('UPDATE twins SET withdrawn_at = withdrawn_at - ?').run(8 * DAY_MS)
  })
  await shop.until(two.batchId, (items) => items.every(({ twin }) => twin?.keptUntil === null))
  expect((await onNas(two)).kept).toEqual([standing])
})

/** The same drawings, smaller: other bytes and other pixels. */
async function writeSmaller(folder: string, seeds: readonly number[]): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  return Promise.all(
    seeds.map(async (seed) => {
      const path = join(folder, `smaller ${seed}.png`)
      await sharp(await drawDesign(seed, { width: 300, height: 350 }))
        .resize(150)
        .png()
        .toFile(path)
      return path
    }),
  )
}

test('[stored by both] what looks like a colleague’s is asked about as well once it is known, grouped, and stays done', async () => {
  const token = await backend.addShop(`team ${randomUUID()}`)
  await using colleague = await openEngineShop({ sshd, backend, token })
  await using shop = await openEngineShop({ sshd, backend, nasRoot: colleague.nasRoot, token })
  await connect(shop, 'nobody knows this one')
  const equal = await writeDesigns(colleague.drops, [1, 2])
  const theirs = [...equal, ...(await writeDesigns(colleague.drops, [3, 4]))]
  await colleague.rest(await colleague.drop(theirs))
  const mine = [...equal, ...(await writeSmaller(shop.drops, [3, 4])), ...(await writeDesigns(shop.drops, [5]))]
  const batchId = await shop.drop(mine)
  await shop.rest(batchId)
  const kept = await shop.drop(await writeSmaller(join(shop.drops, 'kept'), [1]), { onSimilar: 'keep' })
  await shop.rest(kept)
  await connect(shop, token)
  const isAsked = ({ twin }: ItemView): boolean => twin?.state === 'asked'
  await shop.until(batchId, (items) => items.filter(isAsked).length === 4)
  const asked = (await shop.items(batchId)).filter(isAsked)
  expect(await shop.batch(batchId)).toMatchObject({ state: 'ended', twins: 4, counts: { done: 5, review: 0 } })
  const questions = twinQuestions(asked).map(({ kind, items }) => [kind, items.length])
  expect(questions).toEqual([
    ['equal', 2],
    ['alike', 1],
    ['alike', 1],
  ])

  const [question] = twinQuestions(asked).filter(({ kind }) => kind === 'alike')
  const itemIds = (question?.items ?? []).map(({ id }) => id)
  expect(expectOk(await shop.engine.peer.call('settleTwins', { itemIds, kept: 'theirs' }))).toEqual([])
  await expect.poll(async () => (await colleague.records()).length, { timeout: 20_000 }).toBe(9)
  const names = await readdir(join(shop.nasRoot, 'Test shop', 'UVDTF 16oz'))
  expect(names.filter((name) => name.startsWith('.galley-removed-'))).toHaveLength(1)
  expect(expectOk(await shop.engine.peer.call('undoDecisions', { itemIds })).reopened).toEqual(itemIds)
  await expect.poll(async () => (await colleague.records()).length, { timeout: 20_000 }).toBe(10)

  // Who was first is asked nothing, and nobody is asked about what the batch keeps.
  await colleague.killAndRestart()
  const ask = async (one: EngineShop) => expectOk(await one.engine.peer.call('status', null)).batches
  const known = async () => expectOk(await colleague.engine.peer.call('listShops', null))[0]?.designCount
  await expect.poll(known, { timeout: 20_000 }).toBe(10)
  expect((await ask(colleague)).map(({ twins }) => twins)).toEqual([0])
  expect((await ask(shop)).find(({ id }) => id === kept)?.twins).toBe(0)
})
