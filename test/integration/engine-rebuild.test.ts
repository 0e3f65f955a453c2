import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { copyCatalog } from '../../src/engine/catalog/copy-catalog.ts'
import { findDifferences } from '../support/differences.ts'
import { addShop, expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { startGalley } from '../support/galley.ts'
import { signalProcess } from '../support/processes.ts'

vi.setConfig({ testTimeout: 120_000 })

const { sshd, backend } = await shareServers()

const catalogOf = ({ dataDir }: EngineShop): string => join(dataDir, 'catalog.sqlite')

/** As the daily copy does it, at this moment. */
async function copyNow({ dataDir }: EngineShop): Promise<void> {
  const folder = join(dataDir, 'copies')
  const at = String(Date.now()).padStart(15, '0')
  copyCatalog(join(dataDir, 'catalog.sqlite'), join(folder, `catalog-${at}.sqlite`))
}

async function dropCopies({ dataDir }: EngineShop): Promise<void> {
  for (const name of await readdir(join(dataDir, 'copies'))) await rm(join(dataDir, 'copies', name))
}

type Damage = (file: string) => Promise<void>
const overwrite =
  (from: number, to: number): Damage =>
  async (file) => {
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0xa5, Math.floor(bytes.length * from), Math.floor(bytes.length * to)))
  }

/** All of it is in the file then, as after some days: what stands in the log as well is not lost with the file. */
function checkpoint(file: string): void {
  const database = new Sqlite(file)
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
}

/** The engine is killed, its catalog damaged, and another engine started. */
async function damage(shop: EngineShop, how: Damage): Promise<void> {
  await shop.engine.end('SIGKILL')
  checkpoint(catalogOf(shop))
  await how(catalogOf(shop))
  await shop.restart('SIGKILL')
}

/** Each source is on the NAS once, with one record that points to it, and numbers have no gap. */
async function expectOnce(shop: EngineShop, sources: readonly string[]): Promise<void> {
  const records = await shop.records()
  const receipt = records.map(({ id, originalName, fingerprint, remotePath }) => ({
    sourcePath: sources.find((path) => basename(path) === originalName) ?? '',
    outcome: 'done' as const,
    sha256: fingerprint.sha256,
    remotePath,
    recordId: id,
  }))
  expect(await findDifferences({ sources, nasRoot: shop.nasRoot, records, receipt })).toEqual([])
}

async function dropAgain(shop: EngineShop): Promise<void> {
  const receipt = await shop.rest(await shop.drop([shop.drops], { onSimilar: 'keep' }))
  expect(receipt.filter(({ outcome }) => outcome !== 'done' && outcome !== 'skipped')).toEqual([])
}

// Most of their time is patience with a backend that is away: at once they take that once.
test.concurrent.for<[what: string, how: Damage]>([
  ['overwritten from its first byte', overwrite(0, 0.3)],
  ['overwritten in the middle', overwrite(0.3, 0.6)],
  ['cut to a third', async (file) => truncate(file, Math.floor((await readFile(file)).length / 3))],
  ['empty', (file) => writeFile(file, '')],
  ['no database', (file) => writeFile(file, 'x'.repeat(100_000))],
])(
  '[database damaged] %s after work that its copy does not know: all that is dropped again is there once',
  async ([, how]) => {
    await using shop = await openEngineShop({ sshd, backend })
    const first = await writeDesigns(shop.drops, [1, 2])
    await shop.rest(await shop.drop(first))
    await dropCopies(shop)
    await copyNow(shop)
    // Stored and recorded.
    const second = await writeDesigns(shop.drops, [3, 4])
    await shop.rest(await shop.drop(second))
    // Stored, and not recorded.
    await shop.reach({ backendUrl: 'http://127.0.0.1:1' })
    const third = await writeDesigns(shop.drops, [5, 6])
    await shop.rest(await shop.drop(third))
    // Never sent.
    const fourth = await writeDesigns(shop.drops, [7])
    await damage(shop, how)
    const { rebuilt, batches } = expectOk(await shop.engine.peer.call('status', null))
    expect(rebuilt?.copyFrom).toBeGreaterThan(0)
    expect(batches).toHaveLength(1)
    await dropAgain(shop)
    await expectOnce(shop, [...first, ...second, ...third, ...fourth])
  },
)

test.concurrent('[database damaged] without a copy: the shop is given again, and all that is dropped again is there once', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const recorded = await writeDesigns(shop.drops, [1, 2])
  await shop.rest(await shop.drop(recorded))
  await shop.reach({ backendUrl: 'http://127.0.0.1:1' })
  const stored = await writeDesigns(shop.drops, [3])
  await shop.rest(await shop.drop(stored))
  const unsent = await writeDesigns(shop.drops, [4])
  await dropCopies(shop)
  await damage(shop, (file) => writeFile(file, 'x'.repeat(100_000)))
  const { rebuilt, batches } = expectOk(await shop.engine.peer.call('status', null))
  expect([rebuilt?.copyFrom, batches]).toEqual([null, []])
  const nas = { ...sshd.nas, root: shop.nasRoot }
  const again = await addShop(shop.engine, { sshd, backendUrl: backend.url, nas })
  const policy = { onDuplicate: 'skip', onSimilar: 'keep' } as const
  const wish = { paths: [shop.drops], ...again, policy }
  const { batchId } = expectOk(await shop.engine.peer.call('acceptPaths', wish))
  expect((await shop.rest(batchId)).map(({ outcome }) => outcome).sort()).toEqual([
    'done',
    'done',
    'skipped',
    'skipped',
  ])
  await expectOnce(shop, [...recorded, ...stored, ...unsent])
})

test('[database damaged] what its copy shows as waiting was sent since: it is found, and nothing is sent twice', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2, 3, 4])
  await shop.reach({ nas: { port: 1 } })
  const recorded = await shop.drop(sources.slice(0, 2))
  const stored = await shop.drop(sources.slice(2))
  await Promise.all([recorded, stored].map((batchId) => shop.rest(batchId)))
  // A person would have to be asked whether these go on: in the copy they are as ready as ever.
  await dropCopies(shop)
  expectOk(await shop.engine.peer.call('pause', { batchId: stored }))
  await shop.reach({ nas: { port: sshd.port } })
  await copyNow(shop)
  await shop.rest(recorded)
  await shop.reach({ backendUrl: 'http://127.0.0.1:1' })
  expectOk(await shop.engine.peer.call('resume', { batchId: stored }))
  await shop.rest(stored)
  await damage(shop, overwrite(0, 0.5))
  expectOk(await shop.engine.peer.call('resume', { batchId: stored }))
  for (const batchId of [recorded, stored]) {
    expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(['done', 'done'])
  }
  await expectOnce(shop, sources)
})

test('[database damaged] while the engine works: it ends, and the next one rebuilds', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2])
  await shop.rest(await shop.drop(sources.slice(0, 1)))
  await dropCopies(shop)
  await copyNow(shop)
  const { pid } = shop.engine
  checkpoint(catalogOf(shop))
  await overwrite(0.2, 0.9)(catalogOf(shop))
  await shop.engine.peer.call('acceptPaths', {
    paths: sources,
    shopId: shop.shopId,
    templateId: shop.templateId,
    policy: { onDuplicate: 'skip', onSimilar: 'keep' },
  })
  await vi.waitFor(() => expect(signalProcess(pid, 'SIGCONT')).toBe(false), 20_000)
  await shop.restart('SIGKILL')
  expect(expectOk(await shop.engine.peer.call('status', null)).rebuilt?.copyFrom).toBeGreaterThan(0)
  await dropAgain(shop)
  await expectOnce(shop, sources)
})

test('[database damaged] while the backend is away nothing is sent that it may know, and the reason is shown', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2])
  await shop.rest(await shop.drop(sources))
  await shop.reach({ backendUrl: 'http://127.0.0.1:1' })
  await dropCopies(shop)
  await copyNow(shop)
  const more = await writeDesigns(shop.drops, [3])
  await shop.reach({ backendUrl: backend.url })
  await shop.rest(await shop.drop(more))
  await damage(shop, overwrite(0, 0.5))
  const batchId = await shop.drop([shop.drops])
  const waiting = await shop.rest(batchId)
  expect(waiting.map(({ reason }) => reason)).toEqual(waiting.map(() => 'matching: backend-unreachable'))
  await shop.reach({ backendUrl: backend.url })
  expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'skipped'])
  await expectOnce(shop, [...sources, ...more])
})

test('[database damaged] files under names of ours keep their numbers, and are not taken for designs with other bytes', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const [source = ''] = await writeDesigns(shop.drops, [1])
  await shop.rest(await shop.drop([source]))
  await dropCopies(shop)
  await copyNow(shop)
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  const [next = ''] = await writeDesigns(shop.drops, [2])
  const bytes = await readFile(next)
  // As large as the next design, and another.
  await writeFile(join(folder, 'UV 2 UVDTF 16oz_2.png'), Buffer.alloc(bytes.length, 7))
  // And itself, stored before the damage.
  await copyFile(next, join(folder, 'UV 3 UVDTF 16oz_3.png'))
  await copyFile(source, join(folder, 'not ours.png'))
  await damage(shop, overwrite(0, 0.5))
  const dropped = [next, ...(await writeDesigns(shop.drops, [3]))]
  const receipt = await shop.rest(await shop.drop(dropped, { onSimilar: 'keep' }))
  const names = ['UV 3 UVDTF 16oz_3.png', 'UV 4 UVDTF 16oz_4.png']
  expect(receipt.map(({ remotePath }) => remotePath)).toEqual(names.map((name) => join(folder, name)))
})

test('a copy of the catalog is made once there is a shop in it, by a process of its own that ends', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await shop.restart('SIGTERM')
  const folder = join(shop.dataDir, 'copies')
  await vi.waitFor(async () => {
    const [name = ''] = await readdir(folder)
    expect(name).toMatch(/^catalog-\d{15}\.sqlite$/)
    const copy = new Sqlite(join(folder, name), { readonly: true })
    expect(copy.prepare('SELECT id FROM shops').pluck().all()).toEqual([shop.shopId])
    copy.close()
  }, 20_000)
  // Not again on the same day.
  await shop.restart('SIGTERM')
  expectOk(await shop.engine.peer.call('status', null))
  expect(await readdir(folder)).toHaveLength(1)
})

test('[database damaged] the terminal says once from when the catalog is and where the damaged one is kept', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await copyNow(shop)
  await damage(shop, overwrite(0, 0.5))
  await shop.engine.end('SIGKILL')
  const status = () => startGalley('status', '--data-dir', shop.dataDir).ended
  const told = await status()
  expect([told.code, told.stdout]).toEqual([0, 'No batches.\n'])
  expect(told.stderr).toMatch(/The catalog was damaged .* kept in .*quarantine.*made again from its state of 20\d\d-/)
  expect(told.stderr).toContain('Drop again what you dropped since then.')
  expect((await status()).stderr).toBe('')
  await shop.restart('SIGKILL')
})
