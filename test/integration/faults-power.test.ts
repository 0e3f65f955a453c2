import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { digest } from '../support/differences.ts'
import { expectOk } from '../support/engine.ts'
import { openEngineShop, writeDesigns } from '../support/engine-shop.ts'
import { mountFragileDisk } from '../support/power-cut.ts'
import { traceSessions, whyNoTrace } from '../support/session-trace.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, makeUpload, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

// Items that met the dying disk have a pause of their own.
vi.setConfig({ testTimeout: 120_000 })

test('[NAS loses its power] each file is synced before it gets its final name and after, and nothing else is ever written', async ({
  skip,
}) => {
  const why = await whyNoTrace()
  if (why !== null) return skip(why)
  await using sshd = await startSshd()
  const trace = await traceSessions(sshd)
  await using worker = await startTransferWorker(accessTo(sshd))
  const uploads = await Promise.all([
    makeUpload(sshd, 'small', 20_000),
    makeUpload(sshd, 'read', 300_000, { verify: 'read-back' }),
    makeUpload(sshd, 'large', 3_000_000),
    makeUpload(sshd, 'below', 1000, { remoteDir: join(sshd.root, 'new folder') }),
  ])
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
  for (const [n, { itemId }] of uploads.entries()) expect(results[n]).toEqual(storesAs(`${itemId}.png`))
  const files = await trace.end()
  const parts = uploads.map(({ remoteDir, itemId }) => join(remoteDir, `.galley-${itemId}-1.part`))
  expect(files.map(({ path }) => path).sort()).toEqual(parts.sort())
  for (const { path, calls } of files) {
    const done = ['open new', 'write', 'fsync', 'link', 'unlink', 'fsync', 'close']
    expect(calls, path).toEqual(done)
  }
})

test('[NAS loses its power] whatever has its record is there, whole, after the NAS lost its power, and the rest follows', async ({
  skip,
}) => {
  const disk = await mountFragileDisk()
  if (typeof disk === 'string') return skip(disk)
  await using _disk = disk
  await using sshd = await startSshd({ root: disk.path })
  await using backend = await startBackend()
  await using proxy = await startChaosProxy(sshd)
  await using shop = await openEngineShop({ sshd, backend, nasRoot: disk.path })
  await shop.reachBy(proxy)
  // Slow enough that some are on their way when it happens.
  proxy.chaos.delayMs = 60
  const sources = await writeDesigns(
    shop.drops,
    Array.from({ length: 60 }, (_, seed) => seed),
  )
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  let recorded = await shop.records()
  await vi.waitFor(
    async () => {
      recorded = await shop.records()
      expect(recorded.length).toBeGreaterThanOrEqual(10)
    },
    { timeout: 30_000, interval: 10 },
  )
  await disk.cutPower()
  expect(recorded.length).toBeLessThan(sources.length)
  await sshd.stop()
  await disk.restore()
  for (const { remotePath, fingerprint } of recorded) {
    expect(digest(await readFile(remotePath)), remotePath).toBe(fingerprint.sha256)
  }
  await sshd.start()
  proxy.chaos.delayMs = 0
  expectOk(await shop.engine.peer.call('retry', { batchId, itemIds: [] }))
  await shop.until(batchId, (items) => items.every(({ stage }) => stage === 'done'))
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[this computer loses its power] what was accepted is known at the next start, and comes to the NAS and the backend once', async ({
  skip,
}) => {
  const disk = await mountFragileDisk()
  if (typeof disk === 'string') return skip(disk)
  await using _disk = disk
  await using sshd = await startSshd()
  await using backend = await startBackend()
  await using proxy = await startChaosProxy(sshd)
  await using shop = await openEngineShop({ sshd, backend, dataDir: join(disk.path, 'data') })
  await shop.reachBy(proxy)
  proxy.chaos.delayMs = 60
  const seeds = Array.from({ length: 40 }, (_, seed) => seed)
  const sources = await writeDesigns(shop.drops, seeds)
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  // Some are recorded, some stored, some on their way, some not looked at.
  await shop.until(batchId, (items) => items.some(({ stage }) => stage === 'done'))
  const accepted = (await shop.items(batchId)).map(({ id }) => id)
  await disk.cutPower()
  await shop.engine.end('SIGKILL')
  await vi.waitFor(() => disk.restore(), 20_000)
  await shop.restart('SIGKILL')
  proxy.chaos.delayMs = 0
  expect((await shop.items(batchId)).map(({ id }) => id)).toEqual(expect.arrayContaining(accepted))
  await shop.until(batchId, (items) => items.length === sources.length && items.every(({ stage }) => stage === 'done'))
  expect(await shop.differences(batchId, sources)).toEqual([])
})
