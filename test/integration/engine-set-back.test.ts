import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test, vi } from 'vitest'
import type { Decision } from '../../src/shared/domain/match.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, writeDesigns } from '../support/engine-shop.ts'
import { startGalley } from '../support/galley.ts'
import { startPostgres } from '../support/postgres.ts'
import { copiedFolder, type SetBackBackend, startSetBackBackend, waysBack } from '../support/set-back.ts'
import { startSshd } from '../support/sshd.ts'

vi.setConfig({ testTimeout: 180_000 })

const [sshd, postgres] = await Promise.all([startSshd(), startPostgres()])
afterAll(async () => {
  await sshd[Symbol.asyncDispose]()
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

async function brighten(source: string, to: string): Promise<string> {
  await sharp(source).modulate({ brightness: 1.05 }).png({ compressionLevel: 0 }).toFile(to)
  return to
}

/** Drops a look-alike, decides about it, and waits; its item. */
async function decide(shop: EngineShop, path: string, decision: Decision): Promise<string> {
  const batchId = await shop.drop([path])
  await shop.until(batchId, (items) => items[0]?.stage === 'review')
  const itemId = (await shop.items(batchId))[0]?.id ?? ''
  expectOk(await shop.engine.peer.call('decide', { itemIds: [itemId], decision }))
  await shop.rest(batchId)
  return itemId
}

async function undo(shop: EngineShop, itemId: string): Promise<void> {
  const undone = expectOk(await shop.engine.peer.call('undoDecisions', { itemIds: [itemId] }))
  expect(undone.reopened).toEqual([itemId])
}

async function store(shop: EngineShop, paths: readonly string[]): Promise<void> {
  const receipt = await shop.rest(await shop.drop(paths))
  expect(receipt.map(({ outcome }) => outcome)).toEqual(paths.map(() => 'done'))
}

async function expectKnown(shop: EngineShop, paths: readonly string[]): Promise<void> {
  const receipt = await shop.rest(await shop.drop(paths))
  expect(receipt.map(({ outcome }) => outcome)).toEqual(paths.map(() => 'skipped'))
}

async function onNas({ nasRoot }: EngineShop): Promise<string[]> {
  const folder = join(nasRoot, 'Test shop', 'UVDTF 16oz')
  return (await readdir(folder)).filter((name) => !name.startsWith('.')).map((name) => join(folder, name))
}

async function decisions(backend: SetBackBackend, token: string) {
  const page = expectOk(await backend.client(token).decisionFeed(0, 100, AbortSignal.timeout(10_000)))
  return page.entries.map(({ decision }) => decision)
}

test.for(waysBack(postgres))(
  '[backend set back] to %s: once all were on, the NAS has what the records say, nothing came back to life, nothing is twice',
  async ([, way], { skip }) => {
    if (typeof way === 'string') return skip(way)
    await using backend = await startSetBackBackend(await way())
    const token = await backend.addShop('shop')
    await using one = await openEngineShop({ sshd, backend, token })
    const { nasRoot, drops } = one
    const [first = '', second = '', third = '', lost = '', others = '', ...since] = await writeDesigns(
      drops,
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    )
    await store(one, [first, second, third])
    const skippedLookAlike = await decide(one, await brighten(third, join(drops, 'skipped.png')), 'skip')
    await using two = await openEngineShop({ sshd, backend, token, nasRoot })
    await expectKnown(two, [first, second])
    await backend.keep()

    await store(one, [lost])
    await store(two, [others])
    const brighterFirst = await brighten(first, join(drops, 'replaces.png'))
    await decide(one, brighterFirst, 'replace')
    const brighterSecond = await brighten(second, join(drops, 'taken back.png'))
    const back = await decide(one, brighterSecond, 'replace')
    await expectKnown(two, [lost, brighterFirst, brighterSecond])
    await undo(one, back)
    await undo(one, skippedLookAlike)
    await expect.poll(() => decisions(backend, token), { timeout: 20_000 }).toEqual([null])
    await expectKnown(two, [second])
    const before = (await one.records()).map(({ id }) => id).sort()
    await Promise.all([one.engine.end('SIGKILL'), two.engine.end('SIGKILL')])

    await backend.setBack()
    expect(await decisions(backend, token)).toEqual(['skip'])
    // A workstation that never knew more stores beyond all that the others have read.
    await using late = await openEngineShop({ sshd, backend, token, nasRoot })
    await store(late, since)
    await Promise.all([one.restart('SIGKILL'), two.restart('SIGKILL')])
    const all = [first, second, third, lost, others, brighterFirst, ...since]
    const named = async (): Promise<string[]> => (await one.records()).map(({ id }) => id).sort()
    await expectKnown(two, [lost, others, brighterFirst])
    await expectKnown(one, [others, ...since])
    await expect.poll(named).toEqual(expect.arrayContaining(before))
    for (const shop of [one, two, late])
      await expectKnown(
        shop,
        all.filter((path) => path !== first),
      )
    const records = await one.records()
    expect(records).toHaveLength(before.length + since.length)
    expect(records.map(({ remotePath }) => remotePath).sort()).toEqual((await onNas(one)).sort())
    expect(await decisions(backend, token)).toEqual([null])
    expect(records.map(({ id }) => id)).not.toContain(back)
  },
)

test('[backend set back] a record that follows on a lost one waits until that is there again, and is taken', async () => {
  await using backend = await startSetBackBackend(copiedFolder)
  const token = await backend.addShop('shop')
  await using shop = await openEngineShop({ sshd, backend, token })
  const [first = ''] = await writeDesigns(shop.drops, [1])
  await store(shop, [first])
  await backend.keep()
  await decide(shop, await brighten(first, join(shop.drops, 'second.png')), 'replace')
  await backend.setBack()
  const third = await decide(shop, await brighten(first, join(shop.drops, 'third.png')).then(darker), 'replace')
  await expect.poll(async () => (await shop.records()).map(({ id }) => id), { timeout: 30_000 }).toEqual([third])
  expect((await onNas(shop)).length).toBe(1)
})

async function darker(path: string): Promise<string> {
  const bytes = await sharp(await readFile(path))
    .modulate({ brightness: 0.93 })
    .png()
    .toBuffer()
  await writeFile(path, bytes)
  return path
}

test('[backend made anew] its past is not sent to a backend that never knew the shop until a person says so', async () => {
  await using backend = await startSetBackBackend(copiedFolder)
  await using shop = await openEngineShop({ sshd, backend, token: await backend.addShop('shop') })
  const paths = await writeDesigns(shop.drops, [1, 2, 3])
  await store(shop, paths.slice(0, 2))
  await backend.makeAnew()
  const batchId = await shop.drop(paths.slice(2))
  expect((await shop.rest(batchId)).map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^(stored|recording): backend-token$/),
  ])
  const token = await backend.addShop('shop')
  shop.secrets['backend-token'] = token
  expectOk(await shop.engine.peer.call('secretsChanged', { shopId: shop.shopId }))
  expect((await shop.rest(batchId)).map(({ reason }) => reason)).toEqual(['recording: backend-anew'])
  const recorded = async () => {
    const page = await backend.client(token).hashFeed(0, 100, AbortSignal.timeout(10_000))
    return expectOk(page)
      .entries.map(({ originalName }) => originalName)
      .sort()
  }
  expect(await recorded()).toEqual([])
  await shop.engine.end('SIGKILL')
  const tokenFile = join(shop.drops, '..', 'token')
  await writeFile(tokenFile, token)
  const said = await startGalley('records', 'resend', '--token-file', tokenFile, '--data-dir', shop.dataDir).ended
  expect([said.stderr, said.stdout]).toEqual(['', 'Asked about 2; the backend lacked 2, and has them now.\n'])
  expect(await recorded()).toEqual(['design 1.png', 'design 2.png'])
  await shop.restart('SIGKILL')
  expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(['done'])
  expect(await recorded()).toEqual(['design 1.png', 'design 2.png', 'design 3.png'])
})
