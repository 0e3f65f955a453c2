import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, expect, test, vi } from 'vitest'
import { PREPARED_AHEAD } from '../../src/engine/queue/prepared-files.ts'
import { DEFAULT_NAME_PATTERN, type Print } from '../../src/shared/domain/shop.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { isWorker } from '../support/entries.ts'
import { drawDesign } from '../support/pictures.ts'
import { descendantsOf, signalProcess } from '../support/processes.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'

vi.setConfig({ testTimeout: 120_000 })
const { sshd, backend } = await shareServers()

const SMALL: Print = {
  ...{ widthInches: 3, heightInches: 2, dpi: 100, fit: 'canvas' },
  preparation: { trim: true, rotate: false, maxEnlargement: 1.5 },
}
/** Takes seconds to make. */
const LARGE: Print = { ...SMALL, widthInches: 15, heightInches: 18, dpi: 300 }

async function addTemplate({ engine, shopId }: EngineShop, print: Print): Promise<string> {
  const id = randomUUID()
  const template = { id, shopId, name: `Print ${id.slice(0, 8)}`, namePattern: DEFAULT_NAME_PATTERN, ...print }
  expectOk(await engine.peer.call('saveTemplate', template))
  return id
}

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

/** What lies in the data folder's print files. */
const kept = ({ dataDir }: EngineShop): Promise<string[]> => readdir(join(dataDir, 'prepared'))

/** Each source was printed to size, stands on the NAS once, as its record and its receipt say; and nothing is kept. */
async function expectPrinted(
  shop: EngineShop,
  batchId: string,
  sources: readonly string[],
  print: Print,
): Promise<void> {
  const receipt = await shop.rest(batchId)
  expect(receipt.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual(sources.map(() => 'done '))
  const records = (await shop.records()).filter(({ id }) => receipt.some(({ recordId }) => recordId === id))
  expect(new Set(records.map(({ fingerprint }) => fingerprint.sha256))).toEqual(
    new Set(await Promise.all(sources.map(sha256))),
  )
  expect(records).toHaveLength(sources.length)
  for (const { remotePath, storedSha256, sizeBytes, fileName } of records) {
    expect(fileName).toMatch(/\.png$/)
    expect([await sha256(remotePath), (await stat(remotePath)).size]).toEqual([storedSha256, sizeBytes])
    const { width, height, density } = await sharp(remotePath).metadata()
    const { widthInches, heightInches, dpi } = print
    expect([width, height, density]).toEqual([widthInches * dpi, heightInches * dpi, dpi])
  }
  const [first] = records
  const folder = await readdir(join(first?.remotePath ?? '', '..'))
  expect(folder.sort()).toEqual(records.map(({ fileName }) => fileName).sort())
  await vi.waitFor(async () => expect(await kept(shop)).toEqual([]))
}

test('a design is printed to size, stored as PNG, known by the file that was dropped, and comes back as it was stored', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const templateId = await addTemplate(shop, SMALL)
  const sources = await writeDesigns(shop.drops, [1, 2])
  const photo = join(shop.drops, 'photo.jpg')
  await sharp(await drawDesign(3, { width: 200, height: 300 }))
    .flatten({ background: '#fff' })
    .jpeg()
    .toFile(photo)
  const batchId = await shop.drop([...sources, photo], {}, templateId)
  await expectPrinted(shop, batchId, [...sources, photo], SMALL)
  expect((await shop.rest(batchId)).map(({ warnings }) => warnings)).toEqual([[], ['low-dpi'], ['opaque']])

  const again = await shop.rest(await shop.drop(sources, {}, templateId))
  expect(again.map(({ reason }) => reason)).toEqual(sources.map((_, n) => `exact duplicate of design ${n + 1}.png`))

  const folder = join(shop.drops, 'back')
  const request = { shopId: shop.shopId, templateId, folder }
  expect(expectOk(await shop.engine.peer.call('restore', request))).toMatchObject({ restored: 3, failed: 0 })
})

test('what is enlarged by more than the template allows is told, and sent all the same', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const templateId = await addTemplate(shop, { ...SMALL, dpi: 300 })
  const batchId = await shop.drop(await writeDesigns(shop.drops, [1]), {}, templateId)
  const [line] = await shop.rest(batchId)
  expect([line?.outcome, line?.warnings]).toEqual(['done', ['enlarged']])
  const [item] = await shop.items(batchId)
  expect(item?.preflight?.enlargement).toBeGreaterThan(1.7)
})

test('[killed] engine and imaging worker, killed while they prepare, leave nothing and make it anew', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const templateId = await addTemplate(shop, LARGE)
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop(sources, {}, templateId)
  const isWriting = () =>
    vi.waitFor(async () => expect((await kept(shop)).some((name) => name.endsWith('.part'))).toBe(true), {
      timeout: 40_000,
      interval: 5,
    })
  await isWriting()
  await shop.restart('SIGKILL')
  await isWriting()
  for (const { pid, command } of await descendantsOf(shop.engine.pid)) {
    if (isWorker(command, 'imaging')) signalProcess(pid, 'SIGKILL')
  }
  await expectPrinted(shop, batchId, sources, LARGE)
})

test('[killed] an engine killed while it sends print files sends those that it has, and no file twice', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const templateId = await addTemplate(shop, LARGE)
  const sources = await writeDesigns(shop.drops, [1, 2])
  await shop.limit(64_000)
  const batchId = await shop.drop(sources, {}, templateId)
  await shop.until(batchId, (items) => {
    const sending = items.filter(({ stage, sentBytes }) => stage === 'uploading' && sentBytes > 0)
    return sending.length === sources.length
  })
  const made = await Promise.all((await kept(shop)).map((name) => stat(join(shop.dataDir, 'prepared', name))))
  await shop.restart('SIGKILL')
  const after = await Promise.all((await kept(shop)).map((name) => stat(join(shop.dataDir, 'prepared', name))))
  expect(after.map(({ ino }) => ino)).toEqual(made.map(({ ino }) => ino))
  expect(made).toHaveLength(2)
  await shop.limit(null)
  await expectPrinted(shop, batchId, sources, LARGE)
})

test('a file cancelled while it is being prepared is neither sent nor kept', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const templateId = await addTemplate(shop, LARGE)
  const batchId = await shop.drop(await writeDesigns(shop.drops, [1]), {}, templateId)
  await shop.until(batchId, ([item]) => item?.stage === 'preparing')
  expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect((await shop.rest(batchId)).map(({ outcome }) => outcome)).toEqual(['cancelled'])
  await vi.waitFor(async () => expect(await kept(shop)).toEqual([]), 40_000)
  expect(await shop.records()).toEqual([])
})

test('while the NAS is away only so many print files are made ahead; one that is lost, or whose source was edited, is made anew', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const templateId = await addTemplate(shop, SMALL)
  const seeds = Array.from({ length: PREPARED_AHEAD + 6 }, (_, n) => n + 1)
  const sources = await writeDesigns(shop.drops, seeds)
  await shop.reach({ nas: { port: 1 } })
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' }, templateId)
  const waiting = await shop.rest(batchId)
  expect(waiting.filter(({ reason }) => reason.startsWith('ready'))).toHaveLength(6)
  expect(await kept(shop)).toHaveLength(PREPARED_AHEAD)
  const [lost = ''] = await kept(shop)
  await rm(join(shop.dataDir, 'prepared', lost))
  await writeFile(join(shop.dataDir, 'prepared', 'orphan.png'), 'of an item that is gone')
  const last = sources.find((path) =>
    waiting.some(({ sourcePath, reason }) => sourcePath === path && reason === 'ready'),
  )
  await writeFile(last ?? '', await drawDesign(99, { width: 300, height: 350 }))
  await shop.restart('SIGTERM')
  await shop.reach({ nas: { port: sshd.port } })
  await expectPrinted(shop, batchId, sources, SMALL)
})

test('[disk full] without room for print files the files wait, say so, and go on when there is some', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 32)
  await using shop = await openEngineShop({ sshd, backend, dataDir: disk.path })
  const noisy: Print = { ...SMALL, fit: 'stretch', widthInches: 10, heightInches: 10, dpi: 250 }
  const templateId = await addTemplate(shop, noisy)
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const source = join(shop.drops, 'noise.jpg')
  await sharp({ create: { width: 2500, height: 2500, channels: 3, background: '#888', noise } })
    .jpeg()
    .toFile(source)
  await vi.waitFor(async () => expect((await stat(join(disk.path, 'ballast'))).size).toBeGreaterThan(0), 20_000)
  const filler = join(disk.path, 'filler')
  await writeFile(filler, Buffer.alloc(14_000_000))
  const batchId = await shop.drop([source], {}, templateId)
  await shop.until(batchId, ([item]) => item?.stage === 'ready' && item.hold !== null)
  expect((await shop.items(batchId))[0]?.hold).toMatchObject({ kind: 'local', failure: { code: 'disk-full' } })
  expect(await kept(shop)).toEqual([])
  await rm(filler)
  await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('ended'), 60_000)
  await expectPrinted(shop, batchId, [source], noisy)
})

const { NODE_OPTIONS } = process.env
afterEach(() => {
  if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS
  else process.env.NODE_OPTIONS = NODE_OPTIONS
})

test('[imaging worker crashed] a file that ends its worker three times while it is prepared fails, and is sent nowhere', async () => {
  const preload = join(sshd.scratch, 'end-at-part.cjs')
  await writeFile(
    preload,
    `const files = require('node:fs/promises'), { open } = files
     files.open = (path, ...rest) => (String(path).endsWith('.part') ? process.kill(process.pid, 'SIGKILL') : open(path, ...rest))
     require('node:module').syncBuiltinESMExports()`,
  )
  process.env.NODE_OPTIONS = `--require ${preload}`
  await using shop = await openEngineShop({ sshd, backend })
  const templateId = await addTemplate(shop, SMALL)
  const batchId = await shop.drop(await writeDesigns(shop.drops, [1]), {}, templateId)
  expect((await shop.rest(batchId)).map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual(['failed poison'])
  expect(await kept(shop)).toEqual([])
})
