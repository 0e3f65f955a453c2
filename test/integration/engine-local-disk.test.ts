import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, statfsSync, statSync } from 'node:fs'
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { createSimilarityIndex } from '../../src/engine/similarity/similarity-index.ts'
import { HASH_ALGORITHM_VERSION } from '../../src/shared/domain/picture.ts'
import { openTestCatalog } from '../support/catalog.ts'
import { disturbSyncs } from '../support/disk-syncs.ts'
import { expectOk, startEngine } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { startGalley } from '../support/galley.ts'
import { sampleRecord } from '../support/sample-record.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'

const run = promisify(execFile)
const BALLAST_AT_LEAST = 2 * 1024 * 1024

const { sshd, backend } = await shareServers()

const ballastOf = (folder: string): string => join(folder, 'ballast')

/** Takes all the room there is, to the last byte, also while others write; what frees it. */
async function fill(folder: string): Promise<() => Promise<void>> {
  const filler = join(folder, 'filler')
  const freeBytes = (): number => statfsSync(folder).bavail * statfsSync(folder).bsize
  while (freeBytes() > 0) await appendFile(filler, Buffer.alloc(freeBytes())).catch(onlyFull)
  return () => rm(filler)
}

function onlyFull(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOSPC') throw error
}

async function untilBallast(folder: string): Promise<void> {
  await vi.waitFor(() => expect(statSync(ballastOf(folder)).size).toBeGreaterThanOrEqual(BALLAST_AT_LEAST), 20_000)
}

/** Wishes to write this much; answered only when it is on the disk. */
function writeMuch({ engine }: EngineShop, bytes: number) {
  const another = { id: randomUUID(), kind: 'real', nas: null, backendUrl: null } as const
  return engine.peer.call('saveShop', { ...another, name: 'x'.repeat(bytes) })
}

test('[disk full] state is still written, in the room of the ballast, and work goes on when there is room', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 24)
  await using shop = await openEngineShop({ sshd, backend, dataDir: disk.path })
  await untilBallast(disk.path)
  const free = await fill(disk.path)
  expectOk(await writeMuch(shop, 100_000))
  expect(existsSync(ballastOf(disk.path))).toBe(false)
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  const batchId = await shop.drop([shop.drops])
  const waiting = await shop.rest(batchId)
  expect(waiting.map(({ reason }) => reason)).toEqual(sources.map(() => 'accepted: disk-full'))
  expect((await shop.items(batchId)).map(({ hold }) => hold)).toMatchObject(
    sources.map(() => ({ kind: 'local', failure: { code: 'disk-full' } })),
  )
  await free()
  await untilBallast(disk.path)
  await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('ended'), 20_000)
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[disk full] with the ballast used up, what is to be written waits and is written when there is room', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 48)
  await using shop = await openEngineShop({ sshd, backend, dataDir: disk.path })
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  await shop.reach({ nas: { port: 1 } })
  const batchId = await shop.drop([shop.drops])
  await shop.rest(batchId)
  await untilBallast(disk.path)
  const free = await fill(disk.path)
  let isWritten = false
  const wish = writeMuch(shop, 8_000_000).finally(() => {
    isWritten = true
  })
  await shop.until(batchId, (items) => items.every(({ hold }) => hold?.kind === 'local'))
  await vi.waitFor(() => expect(existsSync(ballastOf(disk.path))).toBe(false))
  expect(isWritten).toBe(false)
  await free()
  expectOk(await wish)
  await shop.reach({ nas: { port: sshd.port } })
  await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('ended'), 40_000)
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[disk full] to the last byte at start: the catalog is read and written, and nothing of it is lost', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 24)
  await using shop = await openEngineShop({ sshd, backend, dataDir: disk.path })
  const sources = await writeDesigns(shop.drops, [1, 2])
  await shop.reach({ nas: { port: 1 } })
  const batchId = await shop.drop([shop.drops])
  await shop.rest(batchId)
  await untilBallast(disk.path)
  await shop.engine.end('SIGKILL')
  const free = await fill(disk.path)
  await shop.restart('SIGKILL')
  expect((await shop.items(batchId)).map(({ stage }) => stage)).toEqual(['waiting', 'waiting'])
  await shop.until(batchId, (items) => items.every(({ hold }) => hold?.kind === 'local'))
  await shop.reach({ nas: { port: sshd.port } })
  // And once more, without a ballast: the room is not used up by new work.
  await shop.restart('SIGKILL')
  await shop.until(batchId, (items) => items.every(({ hold }) => hold?.kind === 'local'))
  await free()
  await vi.waitFor(async () => expect((await shop.batch(batchId)).state).toBe('ended'), 40_000)
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('a local disk that reports errors is not called full: writes wait, say so, and are there when it works again', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(`failing system calls: ${why}`)
  await using shop = await openEngineShop({ sshd, backend })
  await shop.reach({ nas: { port: 1 } })
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop([shop.drops])
  await shop.rest(batchId)
  const failing = await disturbSyncs(shop.engine.pid, 'error=EIO')
  const wish = shop.reach({ nas: { port: sshd.port } })
  await shop.until(batchId, (items) =>
    items.every(({ hold }) => hold?.kind === 'local' && hold.failure.code === 'disk-failing'),
  )
  await failing[Symbol.asyncDispose]()
  await wish
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[disk full, database damaged] without room to rebuild a damaged catalog nothing is touched; with room it is', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 24)
  await using shop = await openEngineShop({ sshd, backend, dataDir: disk.path })
  await untilBallast(disk.path)
  await shop.engine.end('SIGKILL')
  await rm(ballastOf(disk.path))
  const file = join(disk.path, 'catalog.sqlite')
  await rm(`${file}-wal`)
  await writeFile(file, 'x'.repeat(10_000))
  const free = await fill(disk.path)
  await shop.restart('SIGKILL')
  expect(await shop.engine.peer.call('status', null)).toMatchObject({ failure: { code: 'disk-full' } })
  expect(existsSync(join(disk.path, 'quarantine'))).toBe(false)
  await free()
  await shop.restart('SIGKILL')
  expect(await shop.engine.peer.call('status', null)).toMatchObject({ value: { rebuilt: { copyFrom: null } } })
  expect(statSync(join(disk.path, 'catalog.sqlite')).size).not.toBe(10_000)
})

test('a data folder that is read-only is refused by name, and nothing else is said', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 24)
  const dataDir = join(disk.path, 'data')
  await mkdir(dataDir)
  const first = startEngine(dataDir)
  expectOk(await first.peer.call('status', null))
  await first[Symbol.asyncDispose]()
  await run('mount', ['-o', 'remount,ro', disk.path])
  for (const folder of [dataDir, join(disk.path, 'none yet')]) {
    const { code, stderr } = await startGalley('upload', disk.path, '--data-dir', folder).ended
    expect(code, stderr).toBe(1)
    expect(stderr).toContain("Galley's data folder cannot be written to")
    expect(stderr).toContain(folder)
    expect(stderr).not.toContain('    at ')
  }
})

test('[disk full] designs that have no room in the index wait for it, and are found when there is', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 1)
  await using library = await openTestCatalog()
  const { catalog, shopId, templateId } = library
  const index = createSimilarityIndex(catalog.designs, join(disk.path, 'index'))
  const luma = Buffer.from(Array.from({ length: 576 }, (_, i) => i % 256)).toString('base64')
  const fingerprint = { ...sampleRecord(1).fingerprint, luma, algorithmVersion: HASH_ALGORITHM_VERSION }
  const add = (from: number, count: number): Promise<void> =>
    catalog.write(() => {
      for (let i = from; i < from + count; i++)
        catalog.designs.addPending({ id: `${i}`, shopId, templateId, copy: i, fileName: `${i}.png`, fingerprint })
    })
  const find = async () => {
    const found = await index.query(templateId, [{ id: 'new', fingerprint }], 'balanced')
    return found.ok ? found.value[0]?.length : found.failure.code
  }
  await add(0, 2)
  expect(await find()).toBe(2)
  const free = await fill(disk.path)
  await add(2, 10)
  expect(await find()).toBe('disk-full')
  await free()
  expect(await find()).toBe(12)
  expect(await index.verify(templateId)).toMatchObject({ isWhole: true, designs: 12 })
  await index.close()
})
