import { readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { RestoredFile, RestoreEvent } from '../../src/shared/domain/restore.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'
import { sha256Of } from '../support/transfer-worker.ts'

const DESIGNS = 12

const { sshd, backend } = await shareServers()

/** Uploads designs of these seeds; the SHA-256 of each by its name on the NAS. */
async function upload(shop: EngineShop, sources: readonly string[]): Promise<Map<string, string>> {
  const receipt = await shop.rest(await shop.drop(sources, { onSimilar: 'keep' }))
  expect(receipt.map(({ outcome }) => outcome)).toEqual(sources.map(() => 'done'))
  return new Map(receipt.map(({ remotePath, sha256 }) => [basename(remotePath ?? ''), sha256 ?? '']))
}

function restore(shop: EngineShop, folder: string, wish: { numbers?: number[]; designIds?: string[] } = {}) {
  const events: RestoreEvent[] = []
  const { shopId } = shop
  const onEvent = (event: RestoreEvent): void => void events.push(event)
  const result = shop.engine.peer.call('restore', { shopId, folder, ...wish }, { onEvent })
  const files = (): RestoredFile[] => events.flatMap((event) => (event.kind === 'file' ? [event.file] : []))
  return { result, events, files }
}

async function digestsIn(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder)
  return new Map(await Promise.all(names.map(async (name) => [name, await sha256Of(join(folder, name))] as const)))
}

const counts = { restored: 0, present: 0, failed: 0, left: 0, unknown: [] }

test('[in flight twice] all designs of a shop come back once, those that are there already are left, and single ones by number', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const seeds = Array.from({ length: DESIGNS }, (_, seed) => seed)
  const stored = await upload(shop, await writeDesigns(shop.drops, seeds))
  const folder = join(shop.dataDir, '..', 'back')

  const first = restore(shop, folder)
  expect(await restore(shop, folder).result).toMatchObject({ ok: false, failure: { code: 'conflict' } })
  expect(expectOk(await first.result)).toEqual({ ...counts, restored: DESIGNS })
  expect(first.events[0]).toEqual({ kind: 'found', total: DESIGNS })
  expect(await digestsIn(folder)).toEqual(stored)

  await rm(join(folder, 'UV 3 UVDTF 16oz_3.png'))
  expect(expectOk(await restore(shop, folder).result)).toEqual({ ...counts, restored: 1, present: DESIGNS - 1 })

  await rm(folder, { recursive: true })
  const some = restore(shop, folder, { numbers: [2, 5, 77] })
  expect(expectOk(await some.result)).toEqual({ ...counts, restored: 2, unknown: ['77'] })
  expect((await readdir(folder)).sort()).toEqual(['UV 2 UVDTF 16oz_2.png', 'UV 5 UVDTF 16oz_5.png'])
  const [{ designId } = { designId: '' }] = some.files()
  expect(expectOk(await restore(shop, folder, { designIds: [designId, 'none'] }).result)).toEqual({
    ...counts,
    present: 1,
    unknown: ['none'],
  })
})

test('a workstation that never saw them brings back what a colleague uploaded', async () => {
  await using colleague = await openEngineShop({ sshd, backend })
  const stored = await upload(colleague, await writeDesigns(colleague.drops, [1, 2, 3]))
  const token = colleague.secrets['backend-token'] ?? ''
  await using shop = await openEngineShop({ sshd, backend, nasRoot: colleague.nasRoot, token })
  const folder = join(shop.dataDir, '..', 'back')
  expect(expectOk(await restore(shop, folder).result)).toEqual({ ...counts, restored: 3 })
  expect(await digestsIn(folder)).toEqual(stored)
})

test('what is gone or altered on the NAS is told, and the rest comes back', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await upload(shop, await writeDesigns(shop.drops, [1, 2, 3]))
  const onNas = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  await rm(join(onNas, 'UV 1 UVDTF 16oz_1.png'))
  await writeFile(join(onNas, 'UV 2 UVDTF 16oz_2.png'), 'other bytes')
  const folder = join(shop.dataDir, '..', 'back')
  const restored = restore(shop, folder)
  expect(expectOk(await restored.result)).toEqual({ ...counts, restored: 1, failed: 2 })
  const codes = restored.files().map(({ number, failure }) => [number, failure?.code])
  expect(codes.sort()).toEqual([
    [1, 'design-gone'],
    [2, 'design-altered'],
    [3, undefined],
  ])
  expect(await readdir(folder)).toEqual(['UV 3 UVDTF 16oz_3.png'])
})

test('a connection cut in the middle is taken up again by itself', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const large = await writeLargeDesign(join(shop.drops, 'large.png'), 16)
  const stored = await upload(shop, [large])
  await using proxy = await startChaosProxy(sshd)
  await shop.reachBy(proxy)
  const folder = join(shop.dataDir, '..', 'back')
  proxy.chaos.delayMs = 30
  const restored = restore(shop, folder)
  const receivedBytes = (): number =>
    Math.max(0, ...restored.events.map((event) => (event.kind === 'received' ? event.receivedBytes : 0)))
  await vi.waitFor(() => expect(receivedBytes()).toBeGreaterThan(4e6), { timeout: 20_000, interval: 5 })
  proxy.resetAll()
  proxy.chaos.delayMs = 0
  expect(expectOk(await restored.result)).toEqual({ ...counts, restored: 1 })
  expect(await digestsIn(folder)).toEqual(stored)
  expect(proxy.accepted).toBeGreaterThan(1)
})

test('a refused sign-in ends all at once, with few tries', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await upload(
    shop,
    await writeDesigns(
      shop.drops,
      Array.from({ length: DESIGNS }, (_, seed) => seed),
    ),
  )
  await shop.reach({ nas: { user: 'nobody-here' } })
  const folder = join(shop.dataDir, '..', 'back')
  const restored = restore(shop, folder)
  const { failed, left } = expectOk(await restored.result)
  expect(failed + left).toBe(DESIGNS)
  expect(left).toBeGreaterThan(0)
  expect(new Set(restored.files().map(({ failure }) => failure?.code))).toEqual(new Set(['needs-sign-in']))
  expect(sshd.log().match(/invalid user nobody-here/gi)?.length).toBeLessThan(8)
})
