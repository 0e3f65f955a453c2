import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { FailureCode } from '../../src/shared/domain/failure.ts'
import { ageLeftParts } from '../soak/left-parts.ts'
import { readCatalog } from '../soak/read-catalog.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { dropThrough } from '../support/drop-through.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { signalProcess } from '../support/processes.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'

// A frozen session is found after three keepalives of 10 s; a full NAS is looked at each 15 s.
vi.setConfig({ testTimeout: 120_000 })

const { sshd, backend } = await shareServers()

/** Waits until so many items wait because of `code`: all of the batch. */
function untilHeldBy(shop: EngineShop, batchId: string, code: FailureCode, count: number): Promise<void> {
  return shop.until(batchId, (items) => {
    const codes = items.map(({ stage, hold }) =>
      stage === 'waiting' && hold !== null && 'failure' in hold ? hold.failure.code : null,
    )
    return codes.length === count && codes.every((found) => found === code)
  })
}

test.for<readonly [who: string, signal: 'SIGKILL' | 'SIGSTOP']>([
  ['killed', 'SIGKILL'],
  ['frozen, and woken when another has done its work', 'SIGSTOP'],
])('[session killed, session frozen] of sessions that are %s, nothing is lost or doubled', async ([, signal]) => {
  await using drop = await dropThrough({ sshd, backend }, { largeMb: 16, small: 4, sentBytes: 4e6 })
  const { shop, proxy, batchId, sources } = drop
  const struck = await sshd.sessions()
  for (const pid of struck) signalProcess(pid, signal)
  proxy.chaos.delayMs = 0
  expect(await shop.differences(batchId, sources)).toEqual([])
  const wokenAt = Date.now()
  for (const pid of struck) signalProcess(pid, 'SIGCONT')
  await vi.waitFor(async () => expect(await sshd.sessions()).not.toEqual(expect.arrayContaining(struck)), 20_000)

  // Awake, a session opens what it was told to while nobody heard of it: that lies there until it is a day old.
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  using catalog = readCatalog(shop.dataDir)
  const known = { all: catalog.items().map(({ id }) => id), swept: catalog.sweptIds() }
  expect(await ageLeftParts(folder, known, [wokenAt])).toEqual([])
  await shop.restart('SIGTERM')
  const last = await writeDesigns(join(shop.drops, 'last'), [9])
  const batchIds = [batchId, await shop.drop(last, { onSimilar: 'keep' })]
  await vi.waitFor(async () => expect(await shop.differences(batchIds, [...sources, ...last])).toEqual([]), 20_000)
})

test('[NAS full, NAS back after a hold] a full NAS is tried with one file, and all go on by themselves when there is room', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 4)
  await using proxy = await startChaosProxy(sshd)
  await using shop = await openEngineShop({ sshd, backend, nasRoot: disk.path })
  await shop.reachBy(proxy)
  const filler = join(disk.path, 'filler')
  await writeFile(filler, Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined)
  const sources = await writeDesigns(shop.drops, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  await untilHeldBy(shop, batchId, 'nas-full', sources.length)
  const allOnce = proxy.bytesUp
  await proxy.untilSent(allOnce + 5_000)
  await untilHeldBy(shop, batchId, 'nas-full', sources.length)
  expect(proxy.bytesUp - allOnce).toBeLessThan(allOnce / 4)
  await rm(filler)
  await shop.until(batchId, (items) => items.every(({ stage }) => stage === 'done'))
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[NAS read-only] a NAS that cannot be written to holds the files, and they go on when it can', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using disk = await mountSmallDisk('rw', 4)
  await using shop = await openEngineShop({ sshd, backend, nasRoot: disk.path })
  await disk.remount('ro')
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  const batchId = await shop.drop([shop.drops])
  await untilHeldBy(shop, batchId, 'nas-read-only', sources.length)
  expect(await readdir(disk.path)).toEqual([])
  await disk.remount('rw')
  expectOk(await shop.engine.peer.call('retry', { batchId }))
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[no write permission] a folder that may not be written to holds its files and is named, and a retry stores them when it may', async (context) => {
  const { testUser } = sshd
  if (testUser === null) return context.skip('a user with fewer rights needs root')
  await using shop = await openEngineShop({ sshd, backend })
  await shop.reach({ nas: { user: testUser.user } })
  const folder = join(shop.nasRoot, 'Test shop')
  await mkdir(folder, { mode: 0o755 })
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  const batchId = await shop.drop([shop.drops])
  const reasons = (await shop.rest(batchId)).map(({ reason }) => reason)
  expect(reasons).toEqual(sources.map(() => 'waiting: permission-denied'))
  const holds = (await shop.items(batchId)).map(({ hold }) => hold)
  const because = expect.objectContaining({ detail: folder })
  expect(holds).toMatchObject(sources.map(() => ({ kind: 'nas-setup', failure: because, isSettled: true })))
  expect([await readdir(folder), await shop.records()]).toEqual([[], []])
  await chmod(folder, 0o777)
  expectOk(await shop.engine.peer.call('retry', { batchId }))
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[folder missing] a folder that somebody took away is made again', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const [first = '', second = ''] = await writeDesigns(shop.drops, [1, 2])
  expect(await shop.rest(await shop.drop([first]))).toMatchObject([{ outcome: 'done' }])
  await rm(join(shop.nasRoot, 'Test shop'), { recursive: true })
  expect(await shop.rest(await shop.drop([second]))).toMatchObject([{ outcome: 'done' }])
  expect(await readdir(join(shop.nasRoot, 'Test shop', 'UVDTF 16oz'))).toEqual(['UV 2 UVDTF 16oz_2.png'])
})

test('[host key changed] a NAS with another key gets nothing, whatever is retried, until a person trusts it', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const { host, port, hostKeyFingerprint } = sshd
  const { peer } = shop.engine
  expectOk(await peer.call('trustHostKey', { host, port, fingerprint: `SHA256:${'A'.repeat(43)}` }))
  const signIns = sshd.log().split('Accepted').length
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop([shop.drops])
  await untilHeldBy(shop, batchId, 'host-key-changed', sources.length)
  expectOk(await peer.call('retry', { batchId }))
  await untilHeldBy(shop, batchId, 'host-key-changed', sources.length)
  expect(await readdir(shop.nasRoot)).toEqual([])
  expect(sshd.log().split('Accepted')).toHaveLength(signIns)
  expectOk(await peer.call('trustHostKey', { host, port, fingerprint: hostKeyFingerprint }))
  expect(await shop.differences(batchId, sources)).toEqual([])
})
